#!/usr/bin/env bash
# Installs missing packages (Debian 12), builds, runs every test and each fuzzer for a minute. Then builds for CUDA if that
# is possible.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_packages
install_test_packages
configure_and_build release
say "Testing"
ctest --test-dir build/release --output-on-failure -j2
# CTest hides the output of tests that pass, and with it the cases that were skipped.
say "Test cases that were skipped because something is not here"
grep -hE '^skipped: .*: needs | \.\.\. skipped .needs ' build/release/Testing/Temporary/LastTest.log | sort -u || echo none

if ! find_clang >/dev/null; then
  say "Skipped: fuzzing (no clang++-14 in PATH)"
else
  FUZZ_SEED=1 scripts/fuzz.sh 60  # the same inputs for every change, so that a finding belongs to the change
fi

if ! find_nvcc >/dev/null; then
  say "Skipped: the CUDA build (no nvcc in PATH, CUDA_HOME or /usr/local/cuda)"
elif [[ ! -d external/torch ]]; then
  say "Skipped: the CUDA build (no external/torch; scripts/fetch_cuda_libtorch.sh fetches it)"
else
  configure_and_build cuda
fi
say "All tests passed"
