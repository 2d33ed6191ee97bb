"""The shell scripts: shellcheck finds nothing, and the Slurm scripts handle signals and exit statuses."""
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

PROJECT = Path(os.environ.get("PINPOINT_SOURCE", Path(__file__).resolve().parents[2]))
JOBS = ("sweep", "tune")
SCRIPTS = [*sorted((PROJECT / "scripts").glob("*.sh")), *sorted((PROJECT / "slurm").iterdir()), PROJECT / ".ci/run"]

# Replaces srun: writes down its command line, and ends with STATUS at once, or with 75 when USR1 arrives.
SRUN = """#!/usr/bin/env bash
if [[ $1 == --mpi=list ]]; then echo "$MPI_LIST"; exit; fi
echo "${0##*/} $*" >>"$NOTES/launched"
if [[ $STATUS != wait ]]; then exit "$STATUS"; fi
trap 'sleep 0.3; exit 75' USR1
touch "$NOTES/running"
while true; do sleep 0.05; done
"""
SCONTROL = '#!/usr/bin/env bash\necho "$*" >>"$NOTES/requeued"\n'
# With EARLY, a signal reaches the batch shell before it starts the launcher.
PINPOINT = '#!/usr/bin/env bash\necho "pinpoint 0"\n[[ -z ${EARLY:-} ]] || kill -"$EARLY" "$PPID"\n'


class Shellcheck(unittest.TestCase):
    @unittest.skipUnless(shutil.which("shellcheck"), "needs shellcheck, which is not here")
    def test_finds_nothing(self):
        result = subprocess.run(["shellcheck", "-x", *SCRIPTS], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_scripts_can_be_run(self):
        for script in SCRIPTS:
            runnable = bool(script.stat().st_mode & stat.S_IXUSR)
            self.assertEqual(runnable, script.suffix != ".sbatch" and script.name not in ("common.sh", "requeued_job.sh"), script)


class Jobs(unittest.TestCase):
    """Each script as Slurm runs it: a copy in another place, run in the folder of submission."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.notes = Path(folder.name)
        for name, text in (("srun", SRUN), ("mpirun", SRUN), ("scontrol", SCONTROL), ("pinpoint", PINPOINT)):
            file = self.notes / name
            file.write_text(text)
            file.chmod(0o755)

    def start(self, job, status, *arguments, mpi_list="none pmix", submitted_from=PROJECT, **environment):
        environment = {**os.environ, "PATH": f"{self.notes}:{os.environ['PATH']}", "NOTES": str(self.notes),
                       "STATUS": str(status), "MPI_LIST": mpi_list, "SLURM_JOB_ID": "99", "SLURM_NTASKS": "4",
                       "PINPOINT": str(self.notes / "pinpoint"), **environment}
        script = shutil.copy(PROJECT / "slurm" / f"{job}.sbatch", self.notes / "slurm_script")
        return subprocess.Popen(["bash", script, *arguments], env=environment, cwd=submitted_from,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def finish(self, process):
        """Exit status, the calls of scontrol, and the output."""
        output, _ = process.communicate(timeout=30)
        return process.returncode, self.take("requeued"), output

    def take(self, name):
        note = self.notes / name
        if not note.exists():
            return ""
        text = note.read_text()
        note.unlink()
        return text

    def test_say_where_they_run_and_run_their_command(self):
        for job in JOBS:
            status, requeued, output = self.finish(self.start(job, 0, "my.yaml", "--set", "seed=3"))
            self.assertEqual((status, requeued), (0, ""), output)
            self.assertIn("SLURM_JOB_ID=99", output)
            self.assertIn("pinpoint 0", output)
            self.assertEqual(self.take("launched"), "srun --mpi=pmix --kill-on-bad-exit=1 "
                             f"{self.notes}/pinpoint {job} my.yaml --set seed=3\n")

    def test_fall_back_to_mpirun(self):
        for job in JOBS:
            self.finish(self.start(job, 0, "my.yaml", mpi_list="none pmi2"))
            self.assertEqual(self.take("launched"), f"mpirun -n 4 {self.notes}/pinpoint {job} my.yaml\n")

    def test_find_the_program_of_an_installation(self):
        home = self.notes / "prefix" / "share" / "pinpoint"
        shutil.copytree(PROJECT / "slurm", home / "slurm")
        (self.notes / "prefix" / "bin").mkdir()
        shutil.copy(self.notes / "pinpoint", self.notes / "prefix" / "bin")
        for job in JOBS:
            process = self.start(job, 0, "my.yaml", submitted_from=self.notes, PINPOINT_HOME=str(home), PINPOINT="")
            self.assertEqual(self.finish(process)[0], 0)
            self.assertIn(f"{home}/../../bin/pinpoint {job} my.yaml\n", self.take("launched"))

    def test_are_requeued_unless_done_or_stopped(self):
        for job in JOBS:
            self.assertEqual(self.finish(self.start(job, 75, "my.yaml"))[:2], (75, "requeue 99\n"))
            self.assertEqual(self.finish(self.start(job, 138, "my.yaml"))[:2], (138, "requeue 99\n"))
            for status in (1, 2, 76, 137):
                self.assertEqual(self.finish(self.start(job, status, "my.yaml"))[:2], (status, ""))

    def test_pass_signals_on_as_usr1_and_wait_for_the_end(self):
        for job in JOBS:
            for sent in (signal.SIGUSR1, signal.SIGTERM):
                process = self.start(job, "wait", "my.yaml")
                deadline = time.monotonic() + 20
                while not (self.notes / "running").exists() and time.monotonic() < deadline:
                    time.sleep(0.02)
                process.send_signal(sent)
                self.assertEqual(self.finish(process)[:2], (75, "requeue 99\n"))
                self.take("running")

    def test_launch_nothing_after_a_signal(self):
        for job in JOBS:
            for sent in ("USR1", "TERM"):
                self.assertEqual(self.finish(self.start(job, 0, "my.yaml", EARLY=sent))[:2], (75, "requeue 99\n"))
                self.assertEqual(self.take("launched"), "")

    def test_find_the_project_from_any_folder(self):
        for job in JOBS:
            status, _, output = self.finish(self.start(job, 0, "my.yaml", submitted_from=self.notes))
            self.assertEqual((status, self.take("launched")), (2, ""), output)
            self.assertIn("PINPOINT_HOME", output)
            status, _, output = self.finish(self.start(job, 0, "my.yaml", submitted_from=self.notes,
                                                       PINPOINT_HOME=str(PROJECT)))
            self.assertEqual(status, 0, output)
            self.take("launched")

    def test_print_their_usage_without_a_configuration(self):
        for job in JOBS:
            status, requeued, output = self.finish(self.start(job, 0))
            self.assertEqual((status, requeued), (2, ""))
            self.assertIn(f"usage: sbatch slurm/{job}.sbatch CONFIG", output)


if __name__ == "__main__":
    unittest.main()
