#!/usr/bin/env bash
# Runs clang-tidy (.clang-tidy) on src/ or on the given files. Needs a configured build/release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ ! -f build/release/compile_commands.json ]]; then
  echo "lint: build/release is not configured; run cmake --preset release" >&2
  exit 2
fi
files=("$@")
if [[ ${#files[@]} -eq 0 ]]; then mapfile -t files < <(find src -name '*.cpp' | sort); fi
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p build/release
