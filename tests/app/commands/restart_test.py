"""Starts that are stopped early: what they finish, what they say, and that they do not repeat themselves endlessly
(docs/restarts.md)."""
import json
import os
import signal
import time

import pinpoint_cli as cli

MODEL = {"layers": 6, "heads": 8, "kv_heads": 2, "width": 128, "mlp_width": 256, "vocabulary": 80, "pairs": 100,
         "tokens": 60}


def slurm(job, requeues=0, start=-3600, end=3600):
    """Variables of a Slurm job; times in seconds from now."""
    now = int(time.time())
    return {"SLURM_JOB_ID": str(job), "SLURM_RESTART_COUNT": str(requeues), "SLURM_JOB_START_TIME": str(now + start),
            "SLURM_JOB_END_TIME": str(now + end)}


class Restarts(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", **MODEL)
        self.out = self.folder / "out"
        self.config = cli.write_config(self.folder / "out.yaml", self.model, self.out, samples="all", tile_rows=4, block=1)
        data = self.folder / "train.jsonl"
        data.write_text("".join(json.dumps({"tokens": [(i + j) % 80 for j in range(40)], "labels": [0] * 20 + [1] * 20}) + "\n"
                                for i in range(8)))
        self.tuning = self.folder / "tune.yaml"
        self.tuning.write_text(json.dumps({
            "model": {"path": str(self.model), "dtype": "float32"}, "output": str(self.folder / "tuned"),
            "tune": {"data": str(data), "method": "sft", "steps": 100000, "batch": 8, "max_lr": 1e-4, "checkpoint_every": 100000}}))

    def parts(self):
        return sorted((self.out / "sweep.parts").glob("*.h5"))

    def versions(self):
        return {(part.name, part.stat().st_mtime_ns) for part in self.parts()}

    def stop_sweep(self, *words, config=None, ready=None, **environment):
        """Sends SIGUSR1 when blocks are saved, or when `ready` is in the log. Returns status and log."""
        process = cli.subprocess.Popen(cli.command("sweep", config or self.config, *words), stderr=cli.subprocess.PIPE,
                                       stdout=cli.subprocess.DEVNULL, text=True, env={**os.environ, **environment})
        logs = self.out / "log"
        before = self.versions()
        old = set(logs.glob("*")) if logs.is_dir() else set()
        def is_ready():
            if ready is None:
                return bool(self.versions() - before)
            return logs.is_dir() and any(ready in log.read_text() for log in set(logs.glob("*")) - old)
        try:
            self.assertTrue(cli.wait_for(is_ready))
            process.send_signal(signal.SIGUSR1)
            return process.wait(timeout=100), process.stderr.read()
        finally:
            process.kill()
            process.stderr.close()

    def aside(self):
        return sorted(path.name for path in self.out.glob("*.old-*"))


class Stops(Restarts):
    def test_short_work_is_finished(self):
        # All samples are one block, which takes a second or a few.
        whole = cli.write_config(self.folder / "one.yaml", self.model, self.out, samples="all", tile_rows=4, block=100)
        status, log = self.stop_sweep(config=whole, ready="samples per walk")
        self.assertEqual(status, 0, log)
        self.assertTrue((self.out / "effects.h5").exists())

    def test_the_message_says_how_much_is_saved(self):
        status, log = self.stop_sweep()
        self.assertEqual(status, 75, log)
        done = self.samples_saved()
        self.assertIn(f"stopped early (SIGUSR1): {done} of 100 samples are saved, {done} of them by this start; "
                      "run the same command again to resume", log)
        status, log = self.stop_sweep()
        now = self.samples_saved()
        self.assertIn(f"{now} of 100 samples are saved, {now - done} of them by this start", log)

    def samples_saved(self):
        saved = 0
        for part in self.parts():
            with cli.h5py.File(part) as h5:
                saved += len(h5["sample"])
        return saved

    def test_a_start_that_saves_nothing_says_so_and_the_second_one_fails(self):
        for command, config, unit in (("sweep", self.config, "0 of 100 samples"), ("tune", self.tuning, "0 of 100000 steps")):
            first = cli.run(command, config, "--max-hours", "0")
            self.assert_status(first, 75)
            self.assertIn(f"this start saved nothing, {unit} are saved", first.errors)
            for _ in range(2):
                second = cli.run(command, config, "--max-hours", "0")
                self.assert_status(second, 1)
                self.assertRegex(second.errors, "error: .*longer time limit or more ranks")
            self.assert_status(cli.run(command, config, "--max-hours", "0.000001"), 75)  # another time limit
            self.assert_status(cli.run(command, config, "--max-hours", "0.000001", ranks=2), 75)  # more ranks
            self.assert_status(cli.run(command, config, "--max-hours", "0.000001", ranks=2), 1)
            changed = cli.run(command, config, "--max-hours", "0.000001", "--set", "sweep.minutes_per_block=1", ranks=2)
            self.assert_status(changed, 75)

    def test_the_stop_file_is_no_failure(self):
        for _ in range(3):
            self.out.mkdir(exist_ok=True)
            (self.out / "STOP").touch()
            self.assert_status(cli.run("sweep", self.config), 76)

    def test_max_hours_that_are_no_time(self):
        for hours in ("inf", "nan", "1e300", "-1"):
            self.assert_user_error(cli.run("sweep", self.config, "--max-hours", hours), "--max-hours")


class Slurm(Restarts):
    def test_the_time_limit_of_the_job_is_obeyed(self):
        result = cli.run("tune", self.tuning, **slurm(7, start=0, end=5))
        self.assert_status(result, 75)
        self.assertRegex(result.errors, r"stopped early \(the time limit of the Slurm job\): [1-9]\d* of 100000 steps are saved")

    def test_a_sweep_with_much_time_and_one_with_wrong_variables_are_not_stopped(self):
        self.assert_status(cli.run("sweep", self.config, **slurm(7)), 0)
        self.assert_status(cli.run("sweep", self.config, "--set", "restart=fresh", SLURM_JOB_ID="8", SLURM_JOB_END_TIME="soon",
                                   SLURM_RESTART_COUNT="x"), 0)

    def test_two_starts_of_a_job_that_is_over_end_with_a_status_that_is_not_requeued(self):
        over = slurm(7, start=-60, end=0)
        self.assert_status(cli.run("sweep", self.config, ranks=2, **over), 75)
        self.assert_status(cli.run("sweep", self.config, ranks=2, **over), 1)

    def test_fresh_is_applied_once_per_job(self):
        self.assert_status(cli.run("sweep", self.config), 0)
        fresh = ("--set", "restart=fresh")
        status, log = self.stop_sweep(*fresh, **slurm(7))
        self.assertEqual(status, 75, log)
        self.assertIn("run the same command again to resume", log)
        self.assertEqual(self.aside(), ["effects.h5.old-1", "heads.json.old-1", "sweep.parts.old-1"])
        first = self.versions()
        resumed = cli.run("sweep", self.config, *fresh, **slurm(7, requeues=1))
        self.assert_status(resumed, 0)
        self.assertIn("resuming from", resumed.errors)
        self.assertLessEqual(first, self.versions())
        self.assertEqual(len(self.aside()), 3)
        finished = cli.run("sweep", self.config, *fresh, **slurm(7, requeues=2))  # as the first command of a script
        self.assert_status(finished, 0)
        self.assert_status(cli.run("sweep", self.config, *fresh, **slurm(7, requeues=3)), 0)
        self.assert_status(cli.run("sweep", self.config, *fresh, "--partial"), 0)
        self.assertEqual(len(self.aside()), 3)
        another = cli.run("sweep", self.config, *fresh, **slurm(8))
        self.assert_status(another, 0)
        self.assertEqual(len(self.aside()), 6)

    def test_fresh_outside_of_slurm_names_the_way_to_resume(self):
        status, log = self.stop_sweep("--set", "restart=fresh")
        self.assertEqual(status, 75, log)
        self.assertIn("run the same command with --set restart=auto to resume", log)
        status, log = self.stop_sweep("--set", "restart=fresh")
        self.assertEqual(self.aside(), ["sweep.parts.old-1"])

    def test_fresh_is_applied_once_per_job_to_a_tuning(self):
        fresh = ("--set", "restart=fresh")
        for requeues in range(2):
            result = cli.run("tune", self.tuning, *fresh, **slurm(7, requeues, start=0, end=5))
            self.assert_status(result, 75)
        self.assertIn("resuming from", result.errors)
        self.assertEqual(list((self.folder / "tuned").glob("*.old-*")), [])


if __name__ == "__main__":
    cli.main()
