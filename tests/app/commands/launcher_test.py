"""Launchers that this MPI does not support: N processes must not become N jobs. And what looks like one but is not."""
import json
import os
import subprocess
import unittest

import pinpoint_cli as cli

LAUNCHER_VARIABLES = ("SLURM_", "PMI_", "PMIX_", "OMPI_COMM_", "MV2_")


def step(rank, tasks=2):
    """The variables of a task of srun."""
    return {"SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": str(tasks), "SLURM_NTASKS": str(tasks),
            "SLURM_NPROCS": str(tasks), "SLURM_PROCID": str(rank), "SLURM_LOCALID": str(rank)}


def pmi(rank):
    return {"PMI_RANK": str(rank), "PMI_SIZE": "2", "PMI_FD": "99"}


BATCH_SHELL = {"SLURM_JOB_ID": "7", "SLURM_NTASKS": "4", "SLURM_NPROCS": "4", "SLURM_PROCID": "0", "SLURM_LOCALID": "0"}


class Launchers(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", layers=2, heads=2, width=16, pairs=2, tokens=8)
        self.config = cli.write_config(self.folder / "sweep.yaml", self.model, self.folder / "out")

    def run_with(self, variables, *words, launcher=()):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(LAUNCHER_VARIABLES)}
        done = subprocess.run([*launcher, cli.PINPOINT, *map(str, words)], capture_output=True, text=True, timeout=120,
                              env={**environment, **variables}, check=False)
        return cli.Result(done.returncode, done.stdout, done.stderr)

    def assert_refused(self, variables_of, source):
        first, second = (self.run_with(variables_of(rank), "sweep", self.config) for rank in (0, 1))
        self.assert_user_error(first, "2 processes were started", source, "srun --mpi=pmix", "mpirun of Open MPI",
                               "pinpoint --version")
        self.assert_status(second, 2)
        self.assertEqual(second.errors, "")  # one message is enough
        self.assertFalse((self.folder / "out").exists())

    def test_srun_without_mpi(self):
        self.assert_refused(step, "SLURM_STEP_NUM_TASKS=2")

    def test_srun_with_pmi2(self):
        self.assert_refused(lambda rank: {**step(rank), **pmi(rank)}, "PMI_SIZE=2")

    def test_mpiexec_of_mpich(self):
        self.assert_refused(pmi, "PMI_SIZE=2")

    def test_every_command_that_writes_is_refused(self):
        out = self.folder / "new"
        for words in (["tune", self.config], ["export", self.folder, "--to", out], ["data", "pairs", self.config],
                      ["demo-model", out], ["demo-tuning", self.model, "heads.json"]):
            self.assert_user_error(self.run_with(step(0), *words), "2 processes were started")
            self.assertFalse(out.exists())

    def test_commands_that_only_read_run_in_each_process(self):
        self.assert_status(self.run_with(step(1), "--version"), 0)
        self.assert_status(self.run_with(step(1), "sweep", "--help"), 0)
        plan = self.run_with(step(1), "plan", self.config, "--ranks", "1", "--gpu", "cpu", "--json")
        self.assert_status(plan, 0)
        self.assertEqual(json.loads(plan.output)["ranks"], 1)
        check = self.run_with(step(1), "check", self.folder / "none.h5")
        self.assert_status(check, 2)
        self.assertIn("none.h5: cannot be opened", check.output)

    def test_the_shell_of_a_batch_job_is_not_a_task(self):
        self.assert_status(self.run_with(BATCH_SHELL, "sweep", self.config), 0)

    def test_mpirun_in_a_batch_job(self):
        self.assert_status(self.run_with(BATCH_SHELL, "sweep", self.config, launcher=["mpirun", "-n", "1"]), 0)

    def test_a_step_of_one_task(self):
        self.assert_status(self.run_with(step(0, tasks=1), "sweep", self.config), 0)


if __name__ == "__main__":
    cli.main()
