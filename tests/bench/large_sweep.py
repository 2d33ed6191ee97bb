#!/usr/bin/env python3
"""S5: a sweep of a model of 70B layer shape. Compares each rank's peak memory and the bytes moved with the plan.

Random weights by the tests' own generator, bf16. Needs some 12 GB of disk and 22 GB of memory with the default 2 ranks.

    tests/bench/large_sweep.py --build build/release [--ranks 2] [--layers 6] [--weights device|disk] [--folder DIR]
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHAPE = {"heads": 64, "kv-heads": 8, "width": 8192, "mlp-width": 28672, "vocabulary": 2000, "dtype": "bf16",
         "pairs": 1, "tokens": 12, "shards": 4}
TOLERANCE = 0.1
MOVED = re.compile(r"([\d.e+-]+) GB read from the files, ([\d.e+-]+) GB received from other ranks; "
                   r"a rank waited for them up to ([\d.e+-]+) s")


def main():
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="large-sweep-", dir=arguments.folder) as folder:
        return measure(arguments, Path(folder))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="build folder, as build/release")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--weights", default="device", choices=["device", "disk"])
    parser.add_argument("--folder", help="where the model is written and removed again")
    return parser.parse_args()


def measure(arguments, folder):
    program, generator = arguments.build / "src/pinpoint", arguments.build / "tests/support/random_llama"
    words = [word for name, value in SHAPE.items() for word in (f"--{name}", str(value))]
    print(f"writing the model: {arguments.layers} layers", flush=True)
    subprocess.run([generator, folder / "model", "--layers", str(arguments.layers), *words], check=True)
    config = folder / "config.yaml"
    config.write_text(json.dumps({
        "model": {"path": str(folder / "model"), "dtype": "bf16"}, "output": str(folder / "out"),
        "parallel": {"weights": arguments.weights, "shard": arguments.ranks},
        "sweep": {"pairs": str(folder / "model/pairs.jsonl"), "samples": 1, "exact_check": 0,
                  "record_token_ids": {"apology": 7, "confirm": 11}}}))
    planned = plan(program, config, arguments.ranks)
    return report(planned, *sweep(program, config, arguments.ranks))


def plan(program, config, ranks):
    """The forecast of `pinpoint plan` for the sweep."""
    words = [program, "plan", config, "--ranks", str(ranks), "--gpu", "cpu", "--ranks-per-node", str(ranks), "--json"]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)["sweep"]


def sweep(program, config, ranks):
    """(largest peak memory of a rank in bytes, what the program printed, seconds)"""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
                   "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    start = time.monotonic()
    log, peak = config.with_suffix(".log"), 0
    with log.open("w") as errors:
        process = subprocess.Popen(["mpirun", "-n", str(ranks), "--oversubscribe", program, "sweep", config],
                                   stderr=errors, env=environment)
        while process.poll() is None:
            peak = max([peak, *peaks_of(program.resolve())])
            time.sleep(0.2)
    printed = log.read_text()
    if process.returncode != 0:
        sys.exit(f"the sweep ended with status {process.returncode}:\n{printed}")
    return peak, printed, time.monotonic() - start


def peaks_of(program):
    """Peak resident memory of every running process of the program (VmHWM of /proc/PID/status)."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "exe") == str(program):
                yield int(re.search(r"VmHWM:\s+(\d+)", (entry / "status").read_text())[1]) * 1024
        except (OSError, TypeError):  # it has ended meanwhile
            continue


def report(planned, peak, printed, seconds):
    read, received, waited = map(float, MOVED.search(printed).groups())
    ranks_received = planned["bytes_received"]["gathered"] * 1e-9 * planned["shard"]
    ratios = [line("peak memory of a rank, GB", peak * 1e-9, planned["memory"]["total"] * 1e-9),
              line("received by all ranks, GB", received, ranks_received)]
    print(f"read from the files {read} GB; waited for layers up to {waited} s; {seconds:.0f} s with loading")
    print(json.dumps(planned["memory"]["parts"], indent=2))
    return 0 if all(abs(ratio - 1) <= TOLERANCE for ratio in ratios) else 1


def line(what, measured, planned):
    print(f"{what}: measured {measured:.3f}, planned {planned:.3f}, ratio {measured / planned:.3f}")
    return measured / planned


if __name__ == "__main__":
    sys.exit(main())
