#!/usr/bin/env python3
"""Default threads against one thread, two passive threads and two ranks, on the machine as it is and beside a busy process.

Every round runs each choice once, in turns, so that other work on the machine meets all of them. A figure is the time of
one thread in its round over that of the choice: the median of the rounds, least and largest. Above 1 is faster than one
thread. The default should be as fast as the fastest choice, and beside a busy process at least 1.

    tests/bench/thread_choices.py --build build/release [--rounds N] [--quick] [--json FILE]
"""
import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SHAPE = {"layers": 6, "heads": 16, "kv-heads": 16, "width": 512, "mlp-width": 1400, "vocabulary": 2000,
         "pairs": 6, "tokens": 60}
QUICK = {"layers": 2, "heads": 4, "kv-heads": 4, "width": 64, "mlp-width": 128, "vocabulary": 200, "pairs": 2, "tokens": 20}
STEPS, DIALOGUES, TOKENS = 4, 4, 48
ONE = "1 thread"
# Environment and launcher of each choice. Variables that are not named here are unset.
CHOICES = {
    ONE: ({"OMP_NUM_THREADS": "1"}, []),
    "default": ({}, []),
    "2 threads, passive": ({"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "passive"}, []),
    "2 threads, spinning": ({"OMP_NUM_THREADS": "2", "GOMP_SPINCOUNT": "300000"}, []),  # libgomp's own default
    "2 ranks, 1 thread each": ({"OMP_NUM_THREADS": "1"}, ["mpirun", "-n", "2", "--oversubscribe", "--bind-to", "none"]),
}
LEFT_OUT = ("OMP_", "GOMP_", "OPENBLAS_", "MKL_", "SLURM_CPUS_PER_TASK")
WALKED = re.compile(r"TFLOP in (?:(\d+) min )?([\d.]+) s ")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="build folder, as build/release")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="tiny shapes: shows that it runs, measures nothing")
    parser.add_argument("--json", help="append every line to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="thread-choices-") as folder:
        bench = Bench(arguments.build, Path(folder), QUICK if arguments.quick else SHAPE)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}, {arguments.rounds} rounds\n")
        print(f"{'work':8}{'beside':16}{'choice':26}{'seconds':>9}{'against one thread':>28}")
        for busy in (0, 1):
            for work in (bench.sweep, bench.tuning_step):
                report(work.__name__, busy, rounds_of(work, arguments.rounds, busy), arguments.json)


def rounds_of(work, rounds, busy):
    """Seconds of every choice, by round."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
    try:
        return [{name: work(*choice) for name, choice in CHOICES.items()} for _ in range(rounds)]
    finally:
        for other in others:
            other.kill()
            other.wait()


def report(work, busy, rounds, file):
    beside = "1 busy process" if busy else "nothing"
    for name in CHOICES:
        ratios = [each[ONE] / each[name] for each in rounds]
        seconds = statistics.median(each[name] for each in rounds)
        ratio = statistics.median(ratios)
        print(f"{work.replace('tuning_', ''):8}{beside:16}{name:26}{seconds:9.3f}"
              f"{ratio:12.2f} ({min(ratios):.2f} .. {max(ratios):.2f})", flush=True)
        if file:
            with open(file, "a", encoding="utf-8") as lines:
                lines.write(json.dumps({"benchmark": "threads", "work": work, "beside": beside, "choice": name,
                                        "seconds": seconds, "ratio": ratio, "ratios": ratios}) + "\n")


class Bench:
    def __init__(self, build, folder, shape):
        self.program = build / "src/pinpoint"
        self.folder = folder
        words = [word for name, value in shape.items() for word in (f"--{name}", str(value))]
        subprocess.run([build / "tests/support/random_llama", folder / "model", *words], check=True, stdout=subprocess.DEVNULL)
        self.write_dialogues(shape["vocabulary"], 16 if shape is QUICK else TOKENS)
        heads = [{"layer": layer, "head": layer % shape["heads"], "effect": -1.0} for layer in range(1, shape["layers"])]
        (folder / "heads.json").write_text(json.dumps(heads))
        self.config = folder / "bench.yaml"
        self.config.write_text(json.dumps({
            "model": {"path": str(folder / "model"), "dtype": "float32"}, "output": str(folder / "out"), "restart": "fresh",
            "sweep": {"pairs": str(folder / "model/pairs.jsonl"), "exact_check": 0, "bootstrap": 10,
                      "record_token_ids": {"apology": 7, "confirm": 11}},
            "select": {"heads": str(folder / "heads.json")},
            "tune": {"data": str(folder / "train.jsonl"), "batch": DIALOGUES, "steps": STEPS, "checkpoint_every": STEPS}}))
        self.run("sweep", {}, [])  # checksums, which only a first run computes

    def write_dialogues(self, vocabulary, tokens):
        draw = random.Random(1)
        lines = [json.dumps({"tokens": [draw.randrange(vocabulary) for _ in range(tokens)],
                             "labels": [0] * (tokens * 3 // 4) + [1] * (tokens // 4)}) for _ in range(DIALOGUES * STEPS)]
        (self.folder / "train.jsonl").write_text("\n".join(lines) + "\n")

    def run(self, command, environment, launcher):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
        done = subprocess.run([*launcher, self.program, command, self.config], stderr=subprocess.PIPE, text=True, check=False,
                              stdout=subprocess.DEVNULL, env={**inherited, **environment})
        if done.returncode != 0:
            sys.exit(f"{command} ended with status {done.returncode}:\n{done.stderr}")
        return done.stderr

    def sweep(self, environment, launcher):
        """Seconds of the walk, not counting loading."""
        minutes, seconds = WALKED.search(self.run("sweep", environment, launcher)).groups()
        return max(60 * int(minutes or 0) + float(seconds), 0.05)

    def tuning_step(self, environment, launcher):
        """Seconds of a step: the median, without the first."""
        self.run("tune", environment, launcher)
        steps = [json.loads(line) for line in (self.folder / "out/tune.jsonl").read_text().splitlines()]
        return statistics.median(step["seconds"] for step in steps[1:])


if __name__ == "__main__":
    main()
