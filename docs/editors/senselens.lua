-- Senselens in Neovim 0.7 and newer: copy this file to ~/.config/nvim/plugin/senselens.lua.
-- `K` (vim.lsp.buf.hover) then shows what the word under the cursor means there.

local config = {
  cmd = { 'senselens-lsp' },
  -- Neovim's own names of file types; add 'python', 'rust' … to read their comments and docstrings.
  filetypes = { 'markdown', 'text', 'tex', 'plaintex', 'rst', 'html', 'gitcommit', 'mail' },
  -- For instance { senses = 5, ignoredWords = { 'bank' } }; all settings: docs/editors/README.md.
  settings = vim.empty_dict(),
}
vim.g.senselens = vim.tbl_extend('force', config, vim.g.senselens or {})

local clients = {} -- by root, for Neovim before 0.8

local function start(buffer)
  local settings = { senselens = vim.g.senselens.settings }
  local options = {
    name = 'senselens',
    cmd = vim.g.senselens.cmd,
    root_dir = vim.fn.getcwd(),
    init_options = settings,
    settings = settings,
  }
  if vim.lsp.start then
    vim.lsp.start(options, { bufnr = buffer })
    return
  end
  clients[options.root_dir] = clients[options.root_dir] or vim.lsp.start_client(options)
  vim.lsp.buf_attach_client(buffer, clients[options.root_dir])
end

-- What positions are counted in; newer versions of Neovim agree on UTF-8.
local function encoding(buffer)
  for _, client in pairs((vim.lsp.get_clients or vim.lsp.get_active_clients)({ bufnr = buffer })) do
    if client.name == 'senselens' then
      return client.offset_encoding
    end
  end
end

local function attach(buffer)
  start(buffer)
  local group = vim.api.nvim_create_augroup('senselens' .. buffer, {})
  -- The uses of the word at the cursor: LspReferenceRead in the same sense, LspReferenceText in another.
  vim.api.nvim_create_autocmd('CursorHold', { group = group, buffer = buffer, callback = vim.lsp.buf.document_highlight })
  vim.api.nvim_create_autocmd('CursorMoved', { group = group, buffer = buffer, callback = vim.lsp.buf.clear_references })
  -- :SenselensFind lists the uses of the word in this sense in all files of the workspace.
  vim.api.nvim_buf_create_user_command(buffer, 'SenselensFind', function()
    local units = encoding(buffer)
    local where = vim.lsp.util.make_position_params(0, units)
    local arguments = { { uri = where.textDocument.uri, position = where.position } }
    local command = { command = 'senselens.server.findInWorkspace', arguments = arguments }
    vim.lsp.buf_request(buffer, 'workspace/executeCommand', command, function(err, found)
      if err or not found then
        return vim.notify(err and err.message or 'Senselens: no word here')
      end
      vim.fn.setqflist({}, ' ', { title = 'Senselens', items = vim.lsp.util.locations_to_items(found, units) })
      vim.cmd('copen')
    end)
  end, {})
end

vim.api.nvim_create_autocmd('FileType', {
  group = vim.api.nvim_create_augroup('senselens', {}),
  pattern = vim.g.senselens.filetypes,
  callback = function(event) attach(event.buf) end,
})
