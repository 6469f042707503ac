#!/usr/bin/env bash
# The marketplace takes no SVG: make icon.png of icon.svg again.
set -euo pipefail
cd "$(dirname "$0")"
browser=${SENSELENS_CHROMIUM:-$(command -v chromium || command -v google-chrome)}
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
  --window-size=256,256 --screenshot=icon.png icon.svg
