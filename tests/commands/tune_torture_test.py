"""Kills a tuning (-9, any rank, any moment) again and again and resumes it: the uninterrupted run's losses, to the bit
where the ranks never changed, within rounding where they did; and no damaged file under a final name."""
import os
import random
import signal
import time

import h5py
import numpy as np

import pinpoint_cli as cli
from tune_test import TOLERANCE, Tune

KILLS = int(os.environ.get("PINPOINT_KILLS", "6"))
SEED = int(os.environ.get("PINPOINT_SEED", "1"))
STEPS = 60


class Torture(Tune):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)

    def config(self, name, **tune):
        return super().config(name, **{"steps": STEPS, "checkpoint_every": 5, "train_kv": True, "max_lr": 1e-3, **tune})

    def run_and_kill(self, config, ranks, delay):
        """Whether a rank was killed before the tuning was done."""
        process = cli.start("tune", config, ranks=ranks)
        try:
            cli.wait_for(lambda: len(cli.rank_processes(process.pid)) == ranks or process.poll() is not None)
            time.sleep(delay)
            victims = cli.rank_processes(process.pid)
            if not victims:
                self.assertEqual(process.wait(timeout=60), 0, process.stderr.read())
                return False
            os.kill(self.random.choice(victims), signal.SIGKILL)
            process.wait(timeout=20)
            return True
        finally:
            process.kill()
            process.wait()
            process.stderr.close()

    def check_files(self, out):
        files = list((out / "checkpoints").glob("step-*.h5")) if (out / "checkpoints").is_dir() else []
        if files:
            self.assert_status(cli.run("check", *files), 0)

    def losses(self, out):
        with h5py.File(self.newest(out)) as h5:
            return h5["history/loss"][()]

    def test_the_same_losses_after_any_kills(self):
        whole, duration = {}, 0.0
        for ranks in (1, 2):
            begin = time.monotonic()
            self.assert_status(cli.run("tune", self.config(f"whole-{ranks}"), ranks=ranks), 0)
            duration = max(duration, time.monotonic() - begin)
            whole[ranks] = self.folder / f"whole-{ranks}"
        kills, runs, same = 0, 0, 0
        while kills < KILLS:
            runs += 1
            config, out = self.config(f"run-{runs}"), self.folder / f"run-{runs}"
            changing = runs % 2 == 0
            ranks = used = self.random.choice([1, 2])
            for _ in range(4):
                used = self.random.choice([1, 2, 3]) if changing else ranks
                if not self.run_and_kill(config, used, self.random.uniform(0, 1.2 * duration)):
                    break
                kills += 1
                self.check_files(out)
            self.assert_status(cli.run("tune", config, ranks=used), 0)
            self.assertEqual([line["step"] for line in self.steps(out)], list(range(1, STEPS + 1)))
            if changing:
                np.testing.assert_allclose(self.losses(out), self.losses(whole[1]), rtol=10 * TOLERANCE)
            else:
                self.assert_same_tuning(whole[ranks], out)
                same += 1
            self.assertEqual([path.name for path in out.rglob("*.tmp")], [])
        print(f"{kills} kills in {runs} tunings, {same} of them with the bits of the uninterrupted one")


if __name__ == "__main__":
    cli.main()
