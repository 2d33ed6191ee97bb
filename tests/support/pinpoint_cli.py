"""Runs the built program from outside, like a user, and reads its results."""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import h5py
import numpy as np

PINPOINT = os.environ["PINPOINT"]
RANDOM_LLAMA = os.environ["PINPOINT_RANDOM_LLAMA"]
DEMO_MODEL = Path(os.environ["PINPOINT_DEMO_MODEL"])  # made by demo_model_test.py
SHARED = Path(os.environ.get("PINPOINT_SHARED", "../shared"))
ALL_SKIPPED = 77


class Result:
    def __init__(self, status, output, errors):
        self.status, self.output, self.errors = status, output, errors

    def __repr__(self):
        return f"status {self.status}\n{self.output}\n{self.errors}"


def command(*words, ranks=None, program=PINPOINT):
    launcher = ["mpirun", "-n", str(ranks), "--oversubscribe"] if ranks else []
    return [*launcher, program, *map(str, words)]


def run(*words, ranks=None, program=PINPOINT, stdin=None, timeout=120, **environment):
    done = subprocess.run(command(*words, ranks=ranks, program=program), capture_output=True, text=True, input=stdin, timeout=timeout,
                          env={**os.environ, **environment}, check=False)
    return Result(done.returncode, done.stdout, done.stderr)


def start(*words, ranks=None):
    return subprocess.Popen(command(*words, ranks=ranks), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def runs_pinpoint(process):
    """Whether a process of that id is the program and not a zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state != "Z" and os.readlink(f"/proc/{process}/exe") == os.path.realpath(PINPOINT)
    except (OSError, IndexError):
        return False


def rank_processes(launcher):
    """Process ids of the program's ranks under mpirun."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and runs_pinpoint(entry.name):
                parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                if int(parent) == launcher:
                    found.append(int(entry.name))
        except (OSError, IndexError):
            continue
    return found


def kill(process):
    """Kills a process with -9. Returns whether it still existed."""
    try:
        os.kill(process, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False


def wait_for(condition, seconds=30):
    """Whether `condition` became true within that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


def random_llama(folder, **options):
    """A random model with prompt pairs, from the tests' own generator; an option that is True is a flag."""
    words = [word for name, value in options.items()
             for word in (f"--{name.replace('_', '-')}", *([] if value is True else [str(value)]))]
    subprocess.run([RANDOM_LLAMA, str(folder), *words], check=True, capture_output=True)
    return Path(folder)


def write_config(path, model, output, pairs=None, **sweep):
    """A configuration as JSON, which is YAML."""
    Path(path).write_text(json.dumps({
        "model": {"path": str(model), "dtype": sweep.pop("dtype", "float32")},
        "output": str(output),
        "sweep": {"pairs": str(pairs or Path(model) / "pairs.jsonl"),
                  "record_token_ids": {"apology": 7, "confirm": 11}, **sweep}}))
    return Path(path)


def demo_config(folder, output=None, **sweep):
    """FOLDER/demo.yaml: the sweep of the demo's model into `output`, by default FOLDER/out."""
    path = Path(folder) / "demo.yaml"
    path.write_text(json.dumps({
        "model": {"path": str(DEMO_MODEL), "dtype": "float32", "chat_template": str(DEMO_MODEL / "chat_template.yaml")},
        "output": str(output or Path(folder) / "out"),
        "sweep": {"pairs": str(DEMO_MODEL / "pairs.jsonl"),
                  "record_tokens": {"apology": "apologies", "confirm": "yes"}, **sweep}}))
    return path


def data_sets(file):
    """Every data set's name and raw bytes."""
    found = {}
    with h5py.File(file, "r") as h5:
        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                value = item[()]
                found[name] = repr(value.tolist()).encode() if value.dtype == object else value.tobytes()
        h5.visititems(visit)
    return found


class ProgramTest(unittest.TestCase):
    """Every test has a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pinpoint-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def assert_status(self, result, status):
        self.assertEqual(result.status, status, result)

    def assert_user_error(self, result, *words):
        """Expects exit status 2 and one message with these words, in any order."""
        self.assert_status(result, 2)
        lines = [line for line in result.errors.splitlines() if line.startswith("error: ")]
        self.assertEqual(len(lines), 1, result)
        for word in words:
            self.assertIn(word, lines[0])

    def assert_same_bits(self, one, other):
        one, other = data_sets(one), data_sets(other)
        self.assertEqual(one.keys(), other.keys())
        self.assertGreater(len(one), 20)
        for name in one:
            self.assertEqual(one[name], other[name], name)


class TortureTest(ProgramTest):
    """Kills ranks at random moments."""

    ENDS_WITHIN = 20  # seconds after the kill of one rank, on a machine with other work

    def setUp(self):
        super().setUp()
        self.random = random.Random(int(os.environ.get("PINPOINT_SEED", "1")))
        self.kills = 0
        self.slowest_end = 0.0  # seconds from a kill to the end of the whole job

    def run_and_kill(self, *words, ranks, within):
        """Kills a random rank (-9) within that many seconds. Returns whether the job was still running."""
        process = start(*words, ranks=ranks)
        try:
            wait_for(lambda: len(rank_processes(process.pid)) == ranks or process.poll() is not None)
            time.sleep(self.random.uniform(0, within))
            victims = rank_processes(process.pid)
            killed = time.monotonic()
            if not victims or not kill(self.random.choice(victims)):
                self.assertEqual(process.wait(timeout=60), 0, process.stderr.read())
                return False
            process.wait(timeout=self.ENDS_WITHIN)
            self.assertTrue(wait_for(lambda: not any(map(runs_pinpoint, victims)), self.ENDS_WITHIN))
            self.slowest_end = max(self.slowest_end, time.monotonic() - killed)
            self.kills += 1
            return True
        finally:
            process.kill()
            process.wait()
            process.stderr.close()

    def assert_nothing_half_written(self, out):
        self.assertEqual([path.name for path in out.rglob("*.tmp")], [])


def main():
    program = unittest.main(exit=False)
    if not program.result.wasSuccessful():
        sys.exit(1)
    if program.result.testsRun and len(program.result.skipped) == program.result.testsRun:
        sys.exit(ALL_SKIPPED)
