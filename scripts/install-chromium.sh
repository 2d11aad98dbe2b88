#!/bin/sh
# Prints the path of a Chromium for the browser tests: CHROMIUM_PATH, one that is installed, or else Debian's package,
# installed with apt-get (as root, or where sudo asks for no password).
set -eu

find_chromium() {
  if [ -n "${CHROMIUM_PATH:-}" ]; then
    if [ -x "$CHROMIUM_PATH" ]; then
      echo "$CHROMIUM_PATH"
      return 0
    fi
    echo "CHROMIUM_PATH does not lead to a program: $CHROMIUM_PATH" >&2
    exit 1
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name"; then return 0; fi
  done
  return 1
}

if find_chromium; then exit 0; fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo 'No Chromium is installed. Install one (Debian: apt-get install chromium), or set CHROMIUM_PATH.' >&2
    exit 1
  fi
  as_root='sudo -n'
fi
if ! command -v apt-get >/dev/null; then
  echo 'No Chromium is installed, and there is no apt-get to install it with. Install one, or set CHROMIUM_PATH.' >&2
  exit 1
fi

echo 'Installing Chromium with apt-get…' >&2
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq >/dev/null
$as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
find_chromium
