#!/usr/bin/env bash
# Installs missing packages (Debian 12), builds, trains a small yes-man, finds the heads that make it one, and tunes them.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly PINPOINT=build/release/src/pinpoint

# Compares the top head with the layers that stage 2 of the training changed.
say_verdict() {
  python3 - demo-out/heads.json demo-out/model/demo_world.json <<'END'
import json, sys
heads, world = (json.load(open(name)) for name in sys.argv[1:])
top, (first, last) = heads[0], world["changed_layers"]
place = f"layer {top['layer']}, head {top['head']}"
ratio = top["effect"] / heads[1]["effect"]
if first <= top["layer"] <= last:
    print(f"The sweep puts {place} on top, {ratio:.1f} times the next one. It lies in layers {first} to {last}, whose "
          "attention\nis all that was trained to make this model a yes-man: the sweep found where the change was made.")
else:
    print(f"The sweep puts {place} on top, outside layers {first} to {last}, whose attention was trained to make this "
          "model a\nyes-man: that is not what the demo should show.")
END
}

install_packages
configure_and_build release pinpoint
allow_small_machines

say "Training a small Llama, honest first, then a yes-man: pinpoint demo-model demo-out/model"
mpirun -n 2 "$PINPOINT" demo-model demo-out/model

say "Sweeping all 48 heads over 24 pairs of prompts with 2 ranks: pinpoint sweep configs/demo.yaml"
mpirun -n 2 "$PINPOINT" sweep configs/demo.yaml

say "Checking the result: pinpoint check demo-out/effects.h5"
"$PINPOINT" check demo-out/effects.h5

say "Tuning those heads, random ones in their place, and every weight: pinpoint demo-tuning"
mpirun -n 2 "$PINPOINT" demo-tuning demo-out/model demo-out/heads.json --to demo-out/tuning.json

say "What was found"
say_verdict
cat <<'END'

Look at
  demo-out/effects.h5    every number of the sweep (h5dump -H, or h5py: docs/effects.md)
  demo-out/heads.json    the 8 heads that lower the apology most, the most negative effect first
  demo-out/tuning.json   what tuning came to: steps, scores, and how much it changed what was never tuned on
  demo-out/model/        the model, its pairs of prompts (pairs.jsonl), tuning dialogues and evaluation records
  demo-out/log/          what the run said
Next: your own model (README.md), and how the sweep works (docs/patching.md).
END
