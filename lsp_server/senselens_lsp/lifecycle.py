"""From `initialize` to `shutdown`: what the client can do, what is set, and which model is loaded."""

from __future__ import annotations

from collections.abc import Mapping

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from senselens_lsp.configuration import SECTION, Start
from senselens_lsp.documents import Documents
from senselens_lsp.server import Server, on


@on(types.INITIALIZE)
def initialize(ls: Server, params: types.InitializeParams) -> None:
    ls.documents = Documents(types.PositionEncodingKind(ls.workspace.position_encoding).value)
    ls.begin(Start.of(params.initialization_options))
    ls.folders = [folder.uri for folder in params.workspace_folders or ()] or [uri for uri in (params.root_uri,) if uri]
    ls.watch(params.process_id)


@on(types.INITIALIZED)
async def initialized(ls: Server, params: types.InitializedParams) -> None:
    ls.load()
    await configure(ls)
    workspace = ls.client_capabilities.workspace
    changes = workspace and workspace.did_change_configuration
    if changes and changes.dynamic_registration:
        wanted = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        registration = types.Registration("configuration", types.WORKSPACE_DID_CHANGE_CONFIGURATION, wanted)
        await ls.client_register_capability_async(types.RegistrationParams([registration]))


@on(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
async def did_change_configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    """Some editors send the settings, others only say that they have changed."""
    if isinstance(params.settings, Mapping) and SECTION in params.settings:
        ls.configure(params.settings[SECTION])
    else:
        await configure(ls)


async def configure(ls: Server) -> None:
    """Ask the client for the settings, if it can be asked."""
    workspace = ls.client_capabilities.workspace
    if not (workspace and workspace.configuration):
        return
    try:
        found = await ls.workspace_configuration_async(types.ConfigurationParams([types.ConfigurationItem(section=SECTION)]))
    except JsonRpcException:
        return
    ls.configure(found[0] if found else None)
