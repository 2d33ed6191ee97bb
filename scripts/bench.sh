#!/usr/bin/env bash
# Builds the benchmarks and runs all of them, or those named: row_phase (S2), arithmetic (docs/precision.md), sweep (S1),
# ranks (S3), shard (S4), disk (S6), cost, tuning (T1, T2), threads (default against others, also beside a busy process),
# tokenizers, peer (S1 and T1 against Python). They print ratios
# of alternating measurements: other work on the machine adds noise, but little bias.
#
#   scripts/bench.sh [--quick] [--json FILE] [NAME...]
#
# --quick      tiny shapes, to check that the benchmarks run
# --json FILE  also writes every line as JSON to FILE, which is overwritten
# PEER_PYTHON  full path of a Python with torch, transformers, safetensors, numpy and h5py; without it, peer is skipped
# shellcheck source-path=SCRIPTDIR
readonly CALLED_FROM=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly ALL=(row_phase arithmetic sweep ranks shard disk cost tuning threads tokenizers peer)
readonly BUILT=build/release

usage() {
  echo "usage: scripts/bench.sh [--quick] [--json FILE] [${ALL[*]}]" >&2
  exit 2
}

options=()
names=()
json=
while [[ $# -gt 0 ]]; do
  case $1 in
    --quick) options+=(--quick --rounds 2) ;;
    --json)
      [[ $# -ge 2 ]] || usage
      json=$(cd "$CALLED_FROM" && realpath "$2")
      options+=(--json "$json")
      shift
      ;;
    row_phase | arithmetic | sweep | ranks | shard | disk | cost | tuning | threads | tokenizers | peer) names+=("$1") ;;
    *) usage ;;
  esac
  shift
done
if [[ ${#names[@]} -eq 0 ]]; then names=("${ALL[@]}"); fi

run_peer() {
  if [[ -z ${PEER_PYTHON:-} ]]; then
    echo "Skipped: PEER_PYTHON names no Python with torch and transformers (tests/bench/peer_transformers.py)"
    return
  fi
  local script
  for script in peer_transformers peer_tuning; do
    "$PEER_PYTHON" "tests/bench/$script.py" --pinpoint "$BUILT/src/pinpoint" \
      --random-llama "$BUILT/tests/support/random_llama" "${options[@]}"
  done
}

install_packages
configure_and_build release benchmarks pinpoint random_llama
allow_small_machines
if [[ -n $json ]]; then rm -f "$json"; fi

for name in "${names[@]}"; do
  say "$name"
  case $name in
    peer) run_peer ;;
    threads) tests/bench/thread_choices.py --build "$BUILT" "${options[@]}" ;;
    disk) tests/bench/disk_sweep.py --build "$BUILT" ;;
    ranks | shard) mpirun -n 2 "$BUILT/tests/bench/bench_$name" "${options[@]}" ;;
    *) "$BUILT/tests/bench/bench_$name" "${options[@]}" ;;
  esac
done
