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

# Replaces srun: writes down its command line, and ends with STATUS at once, or with 75 after USR1 arrives.
SRUN = """#!/usr/bin/env bash
if [[ $1 == --mpi=list ]]; then echo "$MPI_LIST"; exit; fi
echo "${0##*/} $* (fence ${SLURM_PMIX_FENCE:-})" >>"$NOTES/launched"
if [[ $STATUS != wait ]]; then exit "$STATUS"; fi
end=
trap 'echo USR1 >>"$NOTES/signals"; end=${end:-$((SECONDS + LINGERS))}' USR1
touch "$NOTES/running"
while [[ -z $end || $SECONDS -lt $end ]]; do sleep 0.05; done
exit 75
"""
SQUEUE = """#!/usr/bin/env bash
[[ $STATE != broken ]] || exit 1
case "$*" in
  "--noheader --jobs=$JOB --format=%T") echo "$STATE" ;;
  "--noheader --jobs=$JOB --format=%S %e") echo "$TIMES" ;;
  *) echo "unexpected: $*" ;;
esac
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
    """Each script as Slurm runs it: a copy in another place, run in the folder of submission, between programs that replace
    Slurm's."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.notes = Path(folder.name)
        for name, text in (("srun", SRUN), ("mpirun", SRUN), ("scontrol", SCONTROL), ("squeue", SQUEUE),
                           ("pinpoint", PINPOINT)):
            file = self.notes / name
            file.write_text(text)
            file.chmod(0o755)

    def start(self, job, status, *arguments, mpi_list="none pmix", submitted_from=None, **environment):
        environment = {**os.environ, "PATH": f"{self.notes}:{os.environ['PATH']}", "NOTES": str(self.notes),
                       "STATUS": str(status), "MPI_LIST": mpi_list, "STATE": "RUNNING", "LINGERS": "0",
                       "JOB": environment.get("SLURM_JOB_ID", "99"), "TIMES": "2026-03-01T10:00:00 2026-03-01T14:00:00",
                       "TZ": "UTC",
                       "SLURM_JOB_ID": "99", "SLURM_NTASKS": "4", "SLURM_CPUS_PER_TASK": "3",
                       "PINPOINT": str(self.notes / "pinpoint"), "PINPOINT_HOME": str(PROJECT), **environment}
        script = shutil.copy(PROJECT / "slurm" / f"{job}.sbatch", self.notes / "slurm_script")
        return subprocess.Popen(["bash", script, *arguments], env=environment, cwd=submitted_from or self.notes,
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

    def outcome(self, job, status, **environment):
        """Exit status and the calls of scontrol."""
        return self.finish(self.start(job, status, "my.yaml", **environment))[:2]

    def signalled(self, job, *sent, lingers=0, **environment):
        """The same for a job that gets these signals while it runs, and the signals that reached its launcher."""
        process = self.start(job, "wait", "my.yaml", LINGERS=str(lingers), **environment)
        deadline = time.monotonic() + 20
        while not (self.notes / "running").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        for number in sent:
            process.send_signal(number)
        outcome = self.finish(process)[:2]
        self.take("running")
        return (*outcome, self.take("signals"))

    def test_say_where_they_run_and_run_their_command(self):
        for job in JOBS:
            status, requeued, output = self.finish(self.start(job, 0, "my.yaml", "--set", "seed=3"))
            self.assertEqual((status, requeued), (0, ""), output)
            self.assertIn("SLURM_JOB_ID=99", output)
            self.assertIn("pinpoint 0", output)
            self.assertEqual(self.take("launched"), "srun --mpi=pmix --kill-on-bad-exit=1 --cpus-per-task=3 "
                             f"{self.notes}/pinpoint {job} my.yaml --set seed=3 (fence ring)\n")

    def test_tell_the_program_when_the_job_ends(self):
        for job in JOBS:
            output = self.finish(self.start(job, 0, "my.yaml"))[2]
            self.assertIn("SLURM_JOB_START_TIME=1772359200\n", output)
            self.assertIn("SLURM_JOB_END_TIME=1772373600\n", output)
            output = self.finish(self.start(job, 0, "my.yaml", SLURM_JOB_END_TIME="5"))[2]  # Slurm's own
            self.assertIn("SLURM_JOB_END_TIME=5\n", output)
            for times in ("2026-03-01T10:00:00 NONE", "", "Unknown Unknown"):
                status, _, output = self.finish(self.start(job, 0, "my.yaml", TIMES=times))
                self.assertNotIn("SLURM_JOB_END_TIME", output)
                self.assertEqual(status, 0)

    def test_fall_back_to_mpirun(self):
        for job in JOBS:
            self.finish(self.start(job, 0, "my.yaml", mpi_list="none pmi2"))
            self.assertEqual(self.take("launched"), "mpirun -n 4 --bind-to none -x OMP_NUM_THREADS "
                             f"{self.notes}/pinpoint {job} my.yaml (fence )\n")

    def test_find_the_program_of_an_installation(self):
        home = self.notes / "prefix" / "share" / "pinpoint"
        shutil.copytree(PROJECT / "slurm", home / "slurm")
        (self.notes / "prefix" / "bin").mkdir()
        shutil.copy(self.notes / "pinpoint", self.notes / "prefix" / "bin")
        for job in JOBS:
            process = self.start(job, 0, "my.yaml", submitted_from=self.notes, PINPOINT_HOME=str(home), PINPOINT="")
            self.assertEqual(self.finish(process)[0], 0)
            self.assertIn(f"{home}/../../bin/pinpoint {job} my.yaml (fence ring)\n", self.take("launched"))

    def test_are_requeued_unless_done_or_stopped(self):
        for job in JOBS:
            for status in (75, 138, 205):
                self.assertEqual(self.outcome(job, status), (status, "requeue 99\n"))
            for status in (0, 1, 2, 76, 137, 143):
                self.assertEqual(self.outcome(job, status), (status, ""))

    def test_requeue_only_their_own_task_of_an_array(self):
        # One task has the array's id as its SLURM_JOB_ID, which names all tasks.
        array = {"SLURM_ARRAY_JOB_ID": "99", "SLURM_ARRAY_TASK_ID": "2", "JOB": "99_2"}
        for job in JOBS:
            self.assertEqual(self.outcome(job, 75, **array), (75, "requeue 99_2\n"))

    def test_are_not_brought_back_while_slurm_ends_them(self):
        for job in JOBS:
            for state in ("COMPLETING", "CANCELLED", "TIMEOUT", ""):
                self.assertEqual(self.outcome(job, 75, STATE=state), (75, ""), state)
            self.assertEqual(self.outcome(job, 75, STATE="broken"), (75, "requeue 99\n"))  # squeue fails

    def test_give_up_after_three_requeues_that_the_program_did_not_ask_for(self):
        for job in JOBS:
            for status in (138, 205):
                for _ in range(2):  # the count begins anew when the job has ended
                    for start in range(3):
                        self.assertEqual(self.outcome(job, status, SLURM_RESTART_COUNT=str(start)),
                                         (status, "requeue 99\n"))
                    status_then, requeued, output = self.finish(self.start(job, status, "my.yaml"))
                    self.assertEqual((status_then, requeued), (status, ""))
                    self.assertIn("not requeued: 4 starts", output)
            for status in (205, 205, 75) * 3:  # the count begins anew when the program has saved something
                self.assertEqual(self.outcome(job, status), (status, "requeue 99\n"))
            self.assertEqual(list(self.notes.glob(".pinpoint-requeues*")), [])

    def test_count_requeues_of_each_job(self):
        for start in range(4):
            for number in ("7", "8"):
                requeued = f"requeue {number}\n" if start < 3 else ""
                self.assertEqual(self.outcome("sweep", 205, SLURM_JOB_ID=number), (205, requeued))

    def test_pass_usr1_on_once_wait_for_the_end_and_requeue(self):
        for job in JOBS:
            self.assertEqual(self.signalled(job, signal.SIGUSR1, lingers=1), (75, "requeue 99\n", "USR1\n"))

    def test_save_and_end_when_they_are_cancelled(self):
        # The second USR1 tells the program not to finish work that is nearly done.
        for job in JOBS:
            self.assertEqual(self.signalled(job, signal.SIGTERM, lingers=3), (75, "", "USR1\nUSR1\n"))
            self.assertEqual(self.signalled(job, signal.SIGUSR1, signal.SIGTERM, lingers=3)[:2], (75, ""))

    def test_launch_nothing_after_a_signal(self):
        for job in JOBS:
            for start in range(4):  # the fourth in succession is the last
                requeued = "requeue 99\n" if start < 3 else ""
                self.assertEqual(self.outcome(job, 0, EARLY="USR1"), (75, requeued))
            self.assertEqual(self.outcome(job, 0, EARLY="TERM"), (75, ""))
            self.assertEqual(self.take("launched"), "")

    def test_find_the_project_from_any_folder(self):
        for job in JOBS:
            status, _, output = self.finish(self.start(job, 0, "my.yaml", PINPOINT_HOME=""))
            self.assertEqual((status, self.take("launched")), (2, ""), output)
            self.assertIn("PINPOINT_HOME", output)
            for there in ({"PINPOINT_HOME": str(PROJECT)}, {"PINPOINT_HOME": "", "submitted_from": PROJECT}):
                status, _, output = self.finish(self.start(job, 0, "my.yaml", **there))
                self.assertEqual(status, 0, output)
                self.take("launched")

    def test_print_their_usage_without_a_configuration(self):
        for job in JOBS:
            status, requeued, output = self.finish(self.start(job, 0))
            self.assertEqual((status, requeued), (2, ""))
            self.assertIn(f"usage: sbatch slurm/{job}.sbatch CONFIG", output)


if __name__ == "__main__":
    unittest.main()
