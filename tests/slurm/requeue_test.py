"""The batch scripts under a real Slurm: what is requeued, what is not, and that results are those of an undisturbed run."""
import os
import shutil
import tempfile
import unittest
from pathlib import Path

import pinpoint_cli as cli
import slurm_cluster
from slurm_cluster import call

PROJECT = Path(os.environ["PINPOINT_SOURCE"])
LACKS = slurm_cluster.missing()
# Says that Slurm does not support PMIx, so that the script chooses mpirun. mpirun itself needs srun.
SRUN_WITHOUT_PMIX = """#!/usr/bin/env bash
if [[ $1 == --mpi=list ]]; then echo none; else exec {srun} "$@"; fi
"""


@unittest.skipIf(LACKS, LACKS)
class Requeues(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="pinpoint-slurm-", dir="/var/tmp"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.folder.chmod(0o755)  # munge refuses a socket that others cannot reach
        cls.model = cli.random_llama(cls.folder / "model", layers=6, heads=8, kv_heads=2, width=128, mlp_width=256,
                                     vocabulary=80, pairs=200, tokens=60)
        base = cls.folder / "slurm"
        base.mkdir()
        cls.cluster = slurm_cluster.Cluster(base)
        whole = cls.config("whole")
        if cli.run("sweep", whole).status != 0:
            raise RuntimeError("the undisturbed sweep fails")

    @classmethod
    def config(cls, name):
        return cli.write_config(cls.folder / f"{name}.yaml", cls.model, cls.folder / name, samples=200, tile_rows=4,
                                block=2, bootstrap=50)

    def submit(self, name, *options, config=None, **environment):
        """Submits a sweep of two ranks; returns the number of the job. Its log is NAME.log, or NAME-TASK.log."""
        log = self.folder / f"{name}{'-%a' if any('--array' in option for option in options) else ''}.log"
        words = ["sbatch", "--parsable", f"--chdir={self.folder}", f"--output={log}", "--time=10", "--nodes=1",
                 "--ntasks-per-node=2", "--cpus-per-task=1", *options, PROJECT / "slurm" / "sweep.sbatch",
                 config or self.config(name)]
        added = {"PINPOINT_HOME": str(PROJECT), "PINPOINT": cli.PINPOINT, **environment}
        before = {variable: os.environ.get(variable) for variable in added}
        os.environ.update(added)
        try:
            return call(*words).strip()
        finally:
            for variable, value in before.items():
                os.environ.pop(variable) if value is None else os.environ.update({variable: value})

    def wait_for_blocks(self, name):
        parts = self.folder / name / "sweep.parts"
        self.cluster.wait(lambda: parts.is_dir() and len(list(parts.iterdir())) > 1, 60)

    def wait_for_state(self, job, *states, seconds=200):
        self.cluster.wait(lambda: self.cluster.job(job)[0] in states, seconds)
        return self.cluster.job(job)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text()

    def assert_same_as_whole(self, name):
        whole, found = cli.data_sets(self.folder / "whole" / "effects.h5"), cli.data_sets(self.folder / name / "effects.h5")
        self.assertEqual(whole, found)

    def test_a_warned_job_is_requeued_and_ends_with_the_same_bits(self):
        job = self.submit("warned")
        self.wait_for_blocks("warned")
        call("scancel", "--batch", "--signal=USR1", job)
        state, restarts, status = self.wait_for_state(job, "COMPLETED", "FAILED", "CANCELLED")
        self.assertEqual((state, restarts, status), ("COMPLETED", 1, 0), self.log("warned"))
        log = self.log("warned")
        for words in ("SLURM_JOB_END_TIME=", "stopped early (SIGUSR1)", "status 75", "resuming from"):
            self.assertIn(words, log)
        self.assert_same_as_whole("warned")

    def test_a_cancelled_job_saves_and_is_not_brought_back(self):
        job = self.submit("cancelled")
        self.wait_for_blocks("cancelled")
        call("scancel", job)
        self.wait_for_state(job, "CANCELLED", seconds=20)
        # A job that is brought back is PENDING when it has ended, and runs again some seconds later.
        self.cluster.wait(lambda: "== " in self.log("cancelled") and not call("squeue", "--noheader").strip(), 20)
        self.assertEqual(self.cluster.job(job)[:2], ("CANCELLED", 0), self.log("cancelled"))
        self.assertIn("samples are saved", self.log("cancelled"))

    def test_only_the_signalled_task_of_an_array_is_requeued(self):
        # Every task sweeps into a folder of its own.
        config = self.config("array-1")
        script = self.folder / "pinpoint-of-task"
        script.write_text(f'#!/bin/sh\n[ "$1" = --version ] || set -- "$@" --set output={self.folder}/array-$SLURM_ARRAY_TASK_ID\n'
                          f'exec {cli.PINPOINT} "$@"\n')
        script.chmod(0o755)
        job = self.submit("array", "--array=1-2", "--ntasks-per-node=1", config=config, PINPOINT=str(script))
        self.wait_for_blocks("array-1")
        self.wait_for_blocks("array-2")
        call("scancel", "--batch", "--signal=USR1", f"{job}_2")  # its SLURM_JOB_ID is the array's
        ends = [self.wait_for_state(f"{job}_{task}", "COMPLETED", "FAILED", "CANCELLED") for task in (1, 2)]
        self.assertEqual(ends, [("COMPLETED", 0, 0), ("COMPLETED", 1, 0)], self.log("array-1") + self.log("array-2"))
        self.assert_same_as_whole("array-1")
        self.assert_same_as_whole("array-2")

    def test_zz_a_job_under_mpirun_that_loses_a_node_is_requeued(self):
        """The last test, because a node is lost."""
        srun = shutil.which("srun")
        (self.folder / "bin").mkdir()
        wrapper = self.folder / "bin" / "srun"
        wrapper.write_text(SRUN_WITHOUT_PMIX.format(srun=srun))
        wrapper.chmod(0o755)
        job = self.submit("lost", "--nodes=2", "--ntasks-per-node=1",
                          PATH=f"{wrapper.parent}:{os.environ['PATH']}")
        self.wait_for_blocks("lost")
        nodes = self.cluster.nodes_of(job)
        self.cluster.kill_node(nodes[1])  # the batch script runs on the first
        state, restarts, status = self.wait_for_state(job, "COMPLETED", "FAILED", "CANCELLED")
        self.assertEqual((state, restarts, status), ("COMPLETED", 1, 0), self.log("lost"))
        self.assertIn("status 205", self.log("lost"))
        self.assert_same_as_whole("lost")


if __name__ == "__main__":
    if not LACKS:
        slurm_cluster.enter_namespaces()
    cli.main()
