#!/usr/bin/env bash
# The extension in VS Code itself: run.sh VSIX PYTHON, where PYTHON has senselens with its server. What it takes is installed
# into a cache folder first. SCREENSHOTS=DIR keeps pictures there.
set -euo pipefail
cd "$(dirname "$0")"
export VSIX=$1 SERVER_PYTHON=$2
export VSCODE_HOST=${VSCODE_HOST:-${XDG_CACHE_HOME:-$HOME/.cache}/senselens/vscode-host}
CHROMIUM=${SENSELENS_CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
export CHROMIUM

[ "$(uname)" = Linux ] || { echo "test-vscode runs on Linux only: it looks for the server's process in /proc." >&2; exit 2; }
[ -n "$CHROMIUM" ] || { echo "test-vscode needs Chromium: on Debian, apt-get install chromium; or set SENSELENS_CHROMIUM." >&2; exit 2; }
./install.sh "$VSCODE_HOST" || { echo "test-vscode could not be set up: it takes npm's and PyPI's registries." >&2; exit 2; }
exec "$VSCODE_HOST/bin/node" --test --test-reporter=spec extension.test.mjs
