#!/usr/bin/env python3
"""S6: a sweep whose weights rest on disk, in a process with a memory limit of a quarter of the model.

The limit is RLIMIT_DATA: private writable memory. It does not include the kernel's cache of files, which is dropped
before each run (as root). The floors are the same sweep with all weights in memory, and reading the file once.

    tests/bench/disk_sweep.py --build build/release [--folder DIR]
"""
import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHAPE = {"layers": 40, "heads": 16, "kv-heads": 16, "width": 2048, "mlp-width": 5504, "vocabulary": 2000,
         "dtype": "bf16", "pairs": 1, "tokens": 16}
TARGET = 1.3
WALKED = re.compile(r"TFLOP in (?:(\d+) min )?([\d.]+) s ")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="build folder, as build/release")
    parser.add_argument("--folder", help="where the model, 4 GB, is written and removed again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="disk-sweep-", dir=arguments.folder) as folder:
        return measure(arguments.build, Path(folder))


def measure(build, folder):
    words = [word for name, value in SHAPE.items() for word in (f"--{name}", str(value))]
    subprocess.run([build / "tests/support/random_llama", folder / "model", *words], check=True)
    file = folder / "model/model.safetensors"
    sweep(build, folder, "device", "first", limit=None)  # checksums, which only a first run computes
    size = file.stat().st_size
    forget(file)
    on_disk = sweep(build, folder, "disk", "disk", limit=size // 4)
    forget(file)
    start = time.monotonic()
    subprocess.run(["cat", file], check=True, stdout=subprocess.DEVNULL)
    reading = time.monotonic() - start
    computing = sweep(build, folder, "device", "memory", limit=None)
    ratio = on_disk / max(reading, computing)
    print(f"{size / 1e9:.2f} GB in a process of at most {size / 4e9:.2f} GB: {on_disk:.1f} s; reading alone "
          f"{reading:.1f} s, computing alone {computing:.1f} s; {ratio:.2f} of the floor, target at most {TARGET}")
    return 0


def sweep(build, folder, weights, name, limit):
    """Seconds of the walk, not counting loading."""
    config = folder / f"{name}.yaml"
    config.write_text(json.dumps({
        "model": {"path": str(folder / "model"), "dtype": "bf16"}, "output": str(folder / name),
        "parallel": {"weights": weights, "shard": 1},
        "sweep": {"pairs": str(folder / "model/pairs.jsonl"), "exact_check": 0,
                  "record_token_ids": {"apology": 7, "confirm": 11}}}))

    def limit_memory():
        if limit:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    done = subprocess.run([build / "src/pinpoint", "sweep", config], stderr=subprocess.PIPE, text=True, check=False,
                          preexec_fn=limit_memory, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode != 0:
        sys.exit(f"the sweep ended with status {done.returncode}:\n{done.stderr}")
    minutes, seconds = WALKED.search(done.stderr).groups()
    return 60 * int(minutes or 0) + float(seconds)


def forget(file):
    """Drops the kernel's cache of the file, so that it is read from the disk again."""
    os.sync()
    with file.open("rb") as opened:
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    sys.exit(main())
