#!/bin/sh
# Prints the path of a promtool, which checks metrics, alert rules and their tests: PROMTOOL_PATH, one that is installed,
# the copy in .cache, or else the one of Debian's package, unpacked there: nothing is installed and no service started.
set -eu

if [ -n "${PROMTOOL_PATH:-}" ]; then
  if [ -x "$PROMTOOL_PATH" ]; then
    echo "$PROMTOOL_PATH"
    exit 0
  fi
  echo "PROMTOOL_PATH does not lead to a program: $PROMTOOL_PATH" >&2
  exit 1
fi
if command -v promtool; then exit 0; fi

cache=$(cd "$(dirname "$0")/.." && pwd)/.cache
kept=$cache/promtool
if [ -x "$kept" ]; then
  echo "$kept"
  exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo 'No promtool is installed, and there is no apt-get to fetch one with. Install Prometheus, or set PROMTOOL_PATH.' >&2
  exit 1
fi

mkdir -p "$cache"
workshop=$(mktemp -d "$cache/promtool-XXXXXX")
trap 'rm -rf "$workshop"' EXIT
cd "$workshop"
echo 'Fetching promtool from Debian (19 MB)…' >&2
fetch() { apt-get download -qq prometheus >fetch.log 2>&1; }
if ! fetch; then
  # The lists of packages may be missing, as in a fresh container.
  # Reading them anew changes the machine: that is done where it is a CI machine's or root's own, and else left to a person.
  as_root=
  if [ "$(id -u)" -ne 0 ]; then as_root='sudo -n'; fi
  may_update() { [ -z "$as_root" ] || [ -n "${CI:-}" ]; }
  if ! { may_update && $as_root apt-get update -qq >>fetch.log 2>&1 && fetch; }; then
    cat fetch.log >&2
    echo 'promtool could not be fetched. Run "sudo apt-get update" and try again; or install Prometheus (Debian:' >&2
    echo '"sudo apt-get install prometheus"); or set PROMTOOL_PATH to a promtool.' >&2
    exit 1
  fi
fi
dpkg-deb --extract prometheus_*.deb unpacked
# Moved into place whole: whoever does the same at the same time finds a program, never half of one.
mv unpacked/usr/bin/promtool "$kept"
echo "$kept"
