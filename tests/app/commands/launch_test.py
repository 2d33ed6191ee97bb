"""How the program is launched: threads, the cores that they have, and ranks with different environments."""
import os
import unittest
from pathlib import Path

import h5py
import numpy as np

import pinpoint_cli as cli

MODEL = {"layers": 2, "heads": 4, "kv_heads": 2, "width": 32, "mlp_width": 48, "vocabulary": 50, "pairs": 5, "tokens": 12}
FLOAT32 = 1e-5  # other numbers of threads: relative to the largest effect, as in tests/support/rounding.h
LOADER = Path("/lib64/ld-linux-x86-64.so.2")
UNSET = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


class Launch(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        for name in UNSET:
            if name in os.environ:
                self.addCleanup(os.environ.__setitem__, name, os.environ.pop(name))

    def config(self, name="out"):
        if not (self.folder / "model").exists():
            cli.random_llama(self.folder / "model", **MODEL)
        return cli.write_config(self.folder / f"{name}.yaml", self.folder / "model", self.folder / name)

    def sweep(self, *words, name="out", **environment):
        return cli.run("sweep", self.config(name), *words, **environment)

    def warnings(self, result):
        return [line for line in result.errors.splitlines() if "warning: " in line and "thread" in line]


class WaitPolicy(Launch):
    """libgomp prints its settings when it is loaded."""

    def spins(self, *words, program=cli.PINPOINT, **environment):
        """How often idle threads look for work before they sleep, for every process that loaded libgomp."""
        result = cli.run(*words, program=program, OMP_DISPLAY_ENV="verbose", **environment)
        self.assert_status(result, 0)
        return [int(line.split("'")[1]) for line in result.errors.splitlines() if "GOMP_SPINCOUNT" in line]

    def test_idle_threads_sleep(self):
        self.assertEqual(self.spins("--version"), [0])  # once: the first start ends before its libraries run
        self.assertEqual(self.spins("-n", "2", "--oversubscribe", cli.PINPOINT, "--version", program="mpirun"), [0, 0])

    def test_a_policy_of_the_user_is_kept(self):
        self.assertGreater(self.spins("--version", OMP_WAIT_POLICY="active")[0], 1000000)
        self.assertEqual(self.spins("--version", GOMP_SPINCOUNT="1000"), [1000])

    def test_arguments_arrive_unchanged(self):
        result = cli.run("sweep", self.folder / "no such\nfile.yaml", "--set", "")
        self.assert_user_error(result)
        self.assertIn("no such\nfile.yaml", result.errors)

    @unittest.skipUnless(LOADER.exists(), f"needs {LOADER}, which is not here")
    def test_the_loader_as_program(self):
        self.assertEqual(len(self.spins(cli.PINPOINT, "--version", program=str(LOADER))), 1)


class Threads(Launch):
    def test_what_openmp_reads_is_accepted(self):
        for value, threads in (("2,1", 2), (" 2", 2)):
            result = self.sweep("--set", "restart=fresh", OMP_NUM_THREADS=value)
            self.assert_status(result, 0)
            self.assertIn(f" {threads} thread", result.errors)
        for variable in ("OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"):
            environment = {"OMP_NUM_THREADS": "", variable: ""}
            result = self.sweep("--set", "restart=fresh", **environment)
            self.assert_status(result, 0)
            cores = len(os.sched_getaffinity(0))
            self.assertIn(f" {cores} thread", result.errors)
            self.assertEqual(self.warnings(result), [])

    def test_other_values_are_refused(self):
        for value in ("0", "auto", "1.5", "-1"):
            self.assert_user_error(self.sweep(OMP_NUM_THREADS=value), f"OMP_NUM_THREADS={value}:", "set it to 1 or more")

    def test_more_threads_than_cores(self):
        cores = len(os.sched_getaffinity(0))
        result = self.sweep(OMP_NUM_THREADS=str(cores + 1))
        self.assert_status(result, 0)
        (warning,) = self.warnings(result)
        self.assertIn(f"{cores + 1} threads for rank 0 on {os.uname().nodename}, which may use only {cores} core", warning)
        self.assertNotIn("mpirun", warning)

    @unittest.skipIf((os.cpu_count() or 1) < 2, "needs two cores, here is one")
    def test_ranks_that_the_launcher_bound_to_a_core(self):
        core = str(min(os.sched_getaffinity(0)))
        for ranks, words, environment, others in (
                (1, ["--set", "parallel.threads=2"], {}, ""),
                (2, [], {"OMP_NUM_THREADS": "2"}, " (and 1 rank like it)"),
                (1, [], {"OMP_NUM_THREADS": "", "SLURM_CPUS_PER_TASK": "2"}, "")):
            result = cli.run("-n", ranks, "--oversubscribe", "taskset", "-c", core, cli.PINPOINT, "sweep", self.config(),
                             "--set", "restart=fresh", *words, program="mpirun", **environment)
            self.assert_status(result, 0)
            (warning,) = self.warnings(result)
            self.assertIn(f"2 threads for rank 0 on {os.uname().nodename}, which may use only 1 core{others}", warning)
            for flag in ("mpirun --bind-to none", "--map-by slot:PE=2", "srun -c 2"):
                self.assertIn(flag, warning)

    def test_ranks_with_different_environments(self):
        def rank(*words):
            return ["-n", "1", "env", *words, cli.PINPOINT, "sweep", self.config("mixed")]
        result = cli.run(*rank("OMP_NUM_THREADS=1"), ":", *rank("-u", "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK=3"), ":",
                         *rank("-u", "OMP_NUM_THREADS"), program="mpirun")
        self.assert_status(result, 0)
        self.assertTrue(any("1 thread for rank 0 on" in each and "but 3 threads for rank 1 on" in each for each in self.warnings(result)), result)
        self.assert_status(self.sweep(name="same"), 0)
        with h5py.File(self.folder / "mixed/effects.h5") as mixed, h5py.File(self.folder / "same/effects.h5") as same:
            expected = same["effect/logit_diff"][()]
            np.testing.assert_allclose(mixed["effect/logit_diff"][()], expected, rtol=0, atol=FLOAT32 * np.abs(expected).max())

    def test_a_bad_variable_of_one_rank_ends_all(self):
        def rank(value):
            return ["-n", "1", "env", f"OMP_NUM_THREADS={value}", cli.PINPOINT, "sweep", self.config()]
        result = cli.run(*rank("1"), ":", *rank("many"), ":", *rank("2"), program="mpirun")
        self.assert_status(result, 2)
        self.assertIn("OMP_NUM_THREADS=many: not a number of threads", result.errors)


if __name__ == "__main__":
    cli.main()
