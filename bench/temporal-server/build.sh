#!/usr/bin/env bash
# Builds a real Temporal server and its SQL tool from the public Go module, outside the repository.
#
# The dev server (`temporal server start-dev`) keeps its state in SQLite. Nobody runs production on that, so its figures
# say little. There is no server binary in a package registry, but the server is a Go module, and Go's own client checks
# it against the checksums in its go.sum.
#
# Usage: bash bench/temporal-server/build.sh
# Does nothing if this version is there already. Asks for `go` on PATH (or GO=/path/to/go).
set -euo pipefail

readonly version='1.32.1'
readonly module="go.temporal.io/server@v${version}"
readonly cache="${EXOSPHERE_BENCH_CACHE:-${HOME}/.cache/exosphere-bench}"
readonly target="${cache}/temporal-server-${version}"
readonly started="${SECONDS}"

say() {
  printf '[%4d s] %s\n' "$((SECONDS - started))" "$*"
}

if [[ -x "${target}/temporal-server" && -x "${target}/temporal-sql-tool" ]]; then
  say "Temporal server ${version} is there: ${target}"
  exit 0
fi

readonly go="${GO:-go}"
if ! command -v "${go}" >/dev/null; then
  echo "Go is needed to build the Temporal server: put 'go' on PATH, or set GO=/path/to/go." >&2
  exit 1
fi

mkdir -p "${cache}"
# Beside the target, so that the move at the end is one rename: a build that was cut short leaves nothing behind.
work="$(mktemp -d "${cache}/building-XXXXXX")"
readonly work
trap 'chmod -R u+w "${work}" && rm -rf "${work}"' EXIT

say "$("${go}" version)"
say "fetching ${module}"
# The module's folder is named in the JSON that goes to standard output. Asked from a folder with no go.mod.
source_folder="$(cd "${work}" && "${go}" mod download -json "${module}" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p')"
if [[ ! -d "${source_folder}" ]]; then
  echo "Go did not say where ${module} is." >&2
  exit 1
fi
# A copy: the module as the main module, so that its own go.mod and go.sum decide every version. Go keeps its cache
# read-only.
cp -R "${source_folder}" "${work}/source"
chmod -R u+w "${work}/source"

cd "${work}/source"
say 'fetching the modules that it needs'
"${go}" mod download

# The schema of every version is inside the tool. Otherwise as the project's own Makefile builds it; -s -w leaves out debug tables that nobody reads here.
build() {
  CGO_ENABLED=0 "${go}" build -mod=readonly -trimpath -tags disable_grpc_modules -ldflags '-s -w' -o "${work}/out/$1" "$2"
}
say 'building temporal-sql-tool (2 minutes or more on two cores; much of it serves the server too)'
build temporal-sql-tool ./cmd/tools/sql
say 'building temporal-server (up to 10 minutes on two cores)'
build temporal-server ./cmd/server

cd "${cache}"
rm -rf "${target}"
mv "${work}/out" "${target}"
say "built Temporal server ${version}: ${target}"
