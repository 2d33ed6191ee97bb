#!/usr/bin/env bash
# Fuzzes the readers of untrusted files: fuzz.sh [SECONDS] [TARGET...], by default 60 seconds for each in tests/fuzz. An
# input that crashes, hangs, leaks, takes too much memory or breaks a property ends the script, which prints the path of
# the input. Interesting inputs of a run stay in build/fuzz/corpus, where the next run starts.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly SECONDS_EACH=${1:-60}
readonly WORK=build/fuzz
readonly TIMEOUT=70  # libFuzzer's exit status when one input takes too long
targets=("${@:2}")
if [[ ${#targets[@]} -eq 0 ]]; then
  for source in tests/fuzz/*_fuzzer.cpp; do targets+=("$(basename "${source%_fuzzer.cpp}")"); done
fi

# fuzz TARGET: the limits are far above what an input of this length should need.
fuzz() {
  local target=$1 program=$WORK/tests/fuzz/${1}_fuzzer log=$WORK/$1.log status=0 input
  local limits=(-max_len=8192 -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$WORK/findings/$target-")
  local options=("${limits[@]}" -max_total_time="$SECONDS_EACH" -seed="${FUZZ_SEED:-0}" -print_final_stats=1)
  if [[ -f tests/fuzz/$target.dict ]]; then options+=(-dict="tests/fuzz/$target.dict"); fi
  mkdir -p "$WORK/corpus/$target" "$WORK/findings"

  say "Fuzzing $target for $SECONDS_EACH s"
  # New inputs go to the first of the two folders.
  "$program" "${options[@]}" "$WORK/corpus/$target" "tests/fuzz/corpus/$target" &>"$log" || status=$?
  if [[ $status -eq 0 ]]; then
    grep -E '^#[0-9]+[[:space:]]+DONE' "$log"
    return
  fi
  input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  if [[ $status -eq $TIMEOUT ]] && "$program" "${limits[@]}" "$input" &>>"$log"; then
    echo "fuzz: $target: $input took long, but not when repeated: this machine was busy; continuing"
    return
  fi
  tail -n 60 "$log"
  echo "fuzz: $target: a finding, ${input:-no input written} (full output: $log)" >&2
  return 1
}

configure_and_build fuzz "${targets[@]/%/_fuzzer}"
for target in "${targets[@]}"; do fuzz "$target"; done
