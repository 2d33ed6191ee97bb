#!/usr/bin/env python3
"""Writes the last section of docs/sharding.md: all configurations of configs/ planned on 8, 64 and 512 ranks of two GPUs.

Usage: plan_table.py [PINPOINT]     the built program; default build/release/src/pinpoint
"""
import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MARK = "## All configurations planned\n\n<!-- Made by scripts/plan_table.py; what follows is written anew. -->"
GPUS = ["H100-80G", "H200"]
RANKS = [8, 64, 512]
NOT_PLANNED = {"demo", "gpus", "reference"}
HEAD = ["configuration", "ranks", "sweep: weights, shard", "GB a rank", "seconds", "bottleneck",
        "tuning: weights, shard", "GB a rank", "seconds a step", "bottleneck", "fewest ranks"]


def plan(program, config, ranks, gpu):
    words = [program, "plan", config, "--ranks", str(ranks), "--gpu", gpu, "--json"]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def seconds(number):
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}" if number >= 1 else f"{number:.2f}"


def stage(plan_of_stage, time):
    """Where weights rest, memory, time and bottleneck; only what is missing where the stage does not fit."""
    memory = plan_of_stage["memory"]
    where = f"{plan_of_stage['weights']}, {plan_of_stage['shard']}"
    if not plan_of_stage["fits"]:
        return ["**does not fit**", f"{memory['total'] / 1e9:.0f}", "", ""]
    return [where, f"{memory['total'] / 1e9:.1f}", seconds(time["seconds"]), time["bottleneck"]]


def row(name, planned):
    sweep, tune = planned["sweep"], planned["tune"]
    return [name, str(planned["ranks"]), *stage(sweep, sweep["time"]), *stage(tune, tune["time_of_a_step"]),
            f"{sweep['fewest_ranks']}, {tune['fewest_ranks']}"]


def table(program, gpu):
    lines = [HEAD, ["---"] * len(HEAD)]
    for config in sorted((PROJECT / "configs").glob("*.yaml")):
        if config.stem not in NOT_PLANNED:
            lines += [row(config.stem, plan(program, config, ranks, gpu)) for ranks in RANKS]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else PROJECT / "build/release/src/pinpoint"
    page = PROJECT / "docs" / "sharding.md"
    parts = [MARK, "",
             "What `pinpoint plan` says of the configurations in `configs/`: 100 pairs of 120 + 14 tokens, dialogues of 512",
             "tokens, machines of 8 GPUs, 64 % of the published FLOP/s and 80 % of the published links. GB are 1e9 bytes; of a",
             "GPU's memory 90 % may be filled. Sweeps are whole, tunings a step; loading is not in these times. Fewest ranks:",
             "of the sweep, of the tuning. A group on several machines gathers in one ring through one adapter a machine: with all",
             "eight of them at work, the steps of the large models' SFT on 64 and 512 ranks are up to eight times shorter."]
    for gpu in GPUS:
        parts += ["", f"### {gpu}", "", table(program, gpu)]
    page.write_text(page.read_text().split(MARK)[0] + "\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
