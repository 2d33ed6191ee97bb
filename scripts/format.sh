#!/usr/bin/env bash
# Checks the layout of all C++ files by .clang-format; `scripts/format.sh --fix` corrects it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mapfile -d '' files < <(find src tests -name '*.h' -print0 -o -name '*.cpp' -print0)
if [[ ${1:-} == --fix ]]; then
  clang-format -i "${files[@]}"
else
  clang-format --dry-run --Werror "${files[@]}"
fi
