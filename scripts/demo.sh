#!/usr/bin/env bash
# Installs what is missing (Debian 12), builds, and sweeps a small random model with two ranks.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly PINPOINT=build/release/src/pinpoint

install_packages
configure_and_build release pinpoint random_llama
allow_small_machines

say "Making a small Llama with random weights, and 32 pairs of prompts: demo-out/model"
build/release/tests/support/random_llama demo-out/model \
  --layers 6 --heads 8 --width 128 --mlp-width 352 --vocabulary 512 --pairs 32 --tokens 48 --seed 1

say "Sweeping all 48 heads with 2 ranks: pinpoint sweep configs/demo.yaml"
mpirun -n 2 "$PINPOINT" sweep configs/demo.yaml

say "Checking the result: pinpoint check demo-out/effects.h5"
"$PINPOINT" check demo-out/effects.h5

cat <<'END'

Done. Look at
  demo-out/heads.json    the 32 heads that lower the apology most, the most negative effect first
  demo-out/effects.h5    every number of the sweep (h5dump -H, or h5py)
  demo-out/log/          what the run said
The weights are random, so these heads mean nothing; README.md, "Your own model", is the next step.
END
