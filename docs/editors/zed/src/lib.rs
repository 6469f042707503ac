//! Starts `senselens-lsp` from the PATH, or what `lsp.senselens.binary` in Zed's settings names.

use zed_extension_api::{self as zed, serde_json::Value, settings::LspSettings, Command, LanguageServerId, Result, Worktree};

struct Senselens;

impl zed::Extension for Senselens {
    fn new() -> Self {
        Self
    }

    fn language_server_command(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let binary = LspSettings::for_worktree(id.as_ref(), worktree)?.binary;
        let set = binary.as_ref().and_then(|binary| binary.path.clone());
        let command = set
            .or_else(|| worktree.which("senselens-lsp"))
            .ok_or("senselens-lsp is not on the PATH: pip install '.[lsp]' in a checkout of Senselens")?;
        let args = binary.and_then(|binary| binary.arguments).unwrap_or_default();
        Ok(Command { command, args, env: worktree.shell_env() })
    }

    fn language_server_initialization_options(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<Option<Value>> {
        Ok(LspSettings::for_worktree(id.as_ref(), worktree)?.initialization_options)
    }

    fn language_server_workspace_configuration(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<Option<Value>> {
        Ok(LspSettings::for_worktree(id.as_ref(), worktree)?.settings)
    }
}

zed::register_extension!(Senselens);
