#!/usr/bin/env bash
# The extension in VS Code itself: run.sh VSIX WHEEL PYTHON, where PYTHON has senselens with its server, and WHEEL is what VSIX
# installs. What it takes is installed into a cache folder first. SCREENSHOTS=DIR keeps pictures there.
set -euo pipefail
cd "$(dirname "$0")"
export VSIX=$1 WHEEL=$2 SERVER_PYTHON=$3
export VSCODE_HOST=${VSCODE_HOST:-${XDG_CACHE_HOME:-$HOME/.cache}/senselens/vscode-host}
CHROMIUM=${SENSELENS_CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
export CHROMIUM

give_up() {
  echo "test-vscode cannot run: $1. It is part of .ci/run, which SENSELENS_WITHOUT_VSCODE=1 lets pass without it." >&2
  exit 2
}
[ "$(uname)" = Linux ] || give_up "it looks for the server's process in /proc, which only Linux has"
[ -n "$CHROMIUM" ] || give_up "there is no Chromium (on Debian: apt-get install chromium; or set SENSELENS_CHROMIUM)"
./install.sh "$VSCODE_HOST" || give_up "VS Code's editor could not be installed from npm's and PyPI's registries"
exec "$VSCODE_HOST/bin/node" --test --test-reporter=spec --test-concurrency=1 extension.test.mjs notebook.test.mjs
