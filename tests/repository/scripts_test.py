"""The shell scripts: free of shellcheck's complaints, and the Slurm script's way with signals and exit statuses."""
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
SCRIPTS = [*sorted((PROJECT / "scripts").glob("*.sh")), *sorted((PROJECT / "slurm").glob("*.sbatch")), PROJECT / ".ci/run"]

# Stands for srun: notes its command line, and ends with STATUS at once, or with 75 when USR1 arrives.
SRUN = """#!/usr/bin/env bash
if [[ $1 == --mpi=list ]]; then echo "$MPI_LIST"; exit; fi
echo "${0##*/} $*" >>"$NOTES/launched"
if [[ $STATUS != wait ]]; then exit "$STATUS"; fi
trap 'sleep 0.3; exit 75' USR1
touch "$NOTES/running"
while true; do sleep 0.05; done
"""
SCONTROL = '#!/usr/bin/env bash\necho "$*" >>"$NOTES/requeued"\n'
PINPOINT = '#!/usr/bin/env bash\necho "pinpoint 0"\n'


class Shellcheck(unittest.TestCase):
    @unittest.skipUnless(shutil.which("shellcheck"), "needs shellcheck, which is not here")
    def test_finds_nothing(self):
        result = subprocess.run(["shellcheck", "-x", *SCRIPTS], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_scripts_can_be_run(self):
        for script in SCRIPTS:
            runnable = bool(script.stat().st_mode & stat.S_IXUSR)
            self.assertEqual(runnable, script.name not in ("common.sh", "sweep.sbatch"), script)


class SweepJob(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.notes = Path(folder.name)
        for name, text in (("srun", SRUN), ("mpirun", SRUN), ("scontrol", SCONTROL), ("pinpoint", PINPOINT)):
            file = self.notes / name
            file.write_text(text)
            file.chmod(0o755)

    def start(self, status, *arguments, mpi_list="none pmix"):
        environment = {**os.environ, "PATH": f"{self.notes}:{os.environ['PATH']}", "NOTES": str(self.notes),
                       "STATUS": str(status), "MPI_LIST": mpi_list, "SLURM_JOB_ID": "99", "SLURM_NTASKS": "4",
                       "PINPOINT": str(self.notes / "pinpoint")}
        script = PROJECT / "slurm" / "sweep.sbatch"
        return subprocess.Popen(["bash", script, *arguments], env=environment, stdout=subprocess.PIPE, text=True)

    def finish(self, job):
        output, _ = job.communicate(timeout=30)
        requeued = self.notes / "requeued"
        return job.returncode, requeued.read_text() if requeued.exists() else "", output

    def launched(self):
        return (self.notes / "launched").read_text().strip()

    def test_says_where_it_runs_and_runs_the_sweep(self):
        status, requeued, output = self.finish(self.start(0, "my.yaml", "--set", "seed=3"))
        self.assertEqual((status, requeued), (0, ""))
        self.assertIn("SLURM_JOB_ID=99", output)
        self.assertIn("pinpoint 0", output)
        self.assertEqual(self.launched(), f"srun --mpi=pmix --kill-on-bad-exit=1 {self.notes}/pinpoint sweep my.yaml --set seed=3")

    def test_falls_back_to_mpirun(self):
        self.finish(self.start(0, "my.yaml", mpi_list="none pmi2"))
        self.assertEqual(self.launched(), f"mpirun -n 4 {self.notes}/pinpoint sweep my.yaml")

    def test_requeues_on_75_alone(self):
        self.assertEqual(self.finish(self.start(75, "my.yaml"))[:2], (75, "requeue 99\n"))
        (self.notes / "requeued").unlink()
        for status in (1, 2, 76, 137):
            self.assertEqual(self.finish(self.start(status, "my.yaml"))[:2], (status, ""))

    def test_hands_signals_on_as_usr1_and_waits_for_the_end(self):
        for sent in (signal.SIGUSR1, signal.SIGTERM):
            job = self.start("wait", "my.yaml")
            deadline = time.monotonic() + 20
            while not (self.notes / "running").exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            job.send_signal(sent)
            self.assertEqual(self.finish(job)[:2], (75, "requeue 99\n"))
            (self.notes / "running").unlink()
            (self.notes / "requeued").unlink()


if __name__ == "__main__":
    unittest.main()
