#!/bin/sh
# Chromium, Neovim and Emacs for the tests: installed with apt where that is there and allowed, else named.
set -eu

missing=
[ -n "${SENSELENS_CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
  || command -v google-chrome >/dev/null || command -v chrome >/dev/null || missing="chromium fonts-dejavu-core"
command -v nvim >/dev/null || missing="$missing neovim"
command -v emacs >/dev/null || missing="$missing emacs-nox elpa-eglot"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing$(printf ' %s' $missing) for the tests in real browsers and editors …"
  apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "Missing for the tests in real browsers and editors, which are skipped:$(printf ' %s' $missing)" >&2
