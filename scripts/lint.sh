#!/usr/bin/env bash
# Runs clang-tidy (.clang-tidy) on src/ or on the given files. Configures build/lint for it, which compiles file by file
# and without GCC's precompiled header, because clang-tidy reads neither.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cmake --preset dev -B build/lint -DPINPOINT_PRECOMPILE=OFF -DPINPOINT_BUILD_TESTS=OFF >/dev/null
files=("$@")
if [[ ${#files[@]} -eq 0 ]]; then mapfile -t files < <(find src -name '*.cpp' | sort); fi
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p build/lint
