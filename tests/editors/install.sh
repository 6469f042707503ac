#!/bin/sh
# Neovim and Emacs for tests/test_editors.py: installed with apt where that is there and allowed, else named.
set -eu

missing=
command -v nvim >/dev/null || missing="neovim"
command -v emacs >/dev/null || missing="$missing emacs-nox elpa-eglot"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing$(printf ' %s' $missing) for the tests in real editors …"
  apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "Missing for the tests in real editors, which are skipped:$(printf ' %s' $missing)" >&2
