#!/bin/sh
# Prints the path of schemathesis, the outside contract tester: installed once from PyPI into .cache/, each package at the
# version of schemathesis-requirements.txt (made by `pip freeze`). SCHEMATHESIS_PATH names another one.
set -eu
cd "$(dirname "$0")/.."

requirements=scripts/schemathesis-requirements.txt
version=$(sed -n 's/^schemathesis==//p' "$requirements")

if [ -n "${SCHEMATHESIS_PATH:-}" ]; then
  if [ -x "$SCHEMATHESIS_PATH" ]; then
    echo "$SCHEMATHESIS_PATH"
    exit 0
  fi
  echo "SCHEMATHESIS_PATH does not lead to a program: $SCHEMATHESIS_PATH" >&2
  exit 1
fi

venv=$PWD/.cache/schemathesis-$version
program=$venv/bin/schemathesis
# `complete` is written last: an installation that was cut off is made again.
if [ ! -x "$program" ] || [ ! -f "$venv/complete" ]; then
  if ! command -v python3 >/dev/null; then
    echo 'No Python 3 is installed, which schemathesis needs (Debian: apt-get install python3 python3-venv).' >&2
    exit 1
  fi
  echo "Installing schemathesis $version from PyPI…" >&2
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --requirement "$requirements" >&2
  touch "$venv/complete"
fi
echo "$program"
