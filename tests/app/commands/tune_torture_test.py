"""Kills a tuning (-9, any rank, any moment) many times and resumes it, wherever weights rest. The losses are those of
the uninterrupted run: bit for bit if the number of ranks never changed, else within rounding. No file under a final name is
damaged. PINPOINT_KILLS is the least number of kills."""
import os
import time

import h5py
import numpy as np

import pinpoint_cli as cli
from tune_test import LOSSES, Tune

KILLS = int(os.environ.get("PINPOINT_KILLS", "6"))
KILLS_A_TUNING = 4  # at most
STEPS = 60


class Torture(Tune, cli.TortureTest):
    KILLS = KILLS

    def config(self, name, **tune):
        return super().config(name, **{"steps": STEPS, "checkpoint_every": 5, "train_kv": True, "max_lr": 1e-3, **tune})

    def placement(self, ranks):
        """Layers whole in memory, shared by two ranks, on disk, or both: the same bits."""
        shard = self.random.choice([1, 2]) if ranks == 2 else 1
        weights = self.random.choice(["device", "disk"])
        return "--set", f"parallel.shard={shard}", "--set", f"parallel.weights={weights}"

    def check_files(self, out):
        files = list(out.rglob("*.h5"))
        if files:
            self.assert_status(cli.run("check", *files), 0)
        return bool(files)

    def losses(self, out):
        with h5py.File(self.newest(out)) as h5:
            return h5["history/loss"][()]

    def test_the_same_losses_after_any_kills(self):
        whole, duration = {}, {}
        for ranks in (1, 2, 3):
            begin = time.monotonic()
            whole[ranks] = self.tune(f"whole-{ranks}", *self.placement(ranks), ranks=ranks)
            duration[ranks] = time.monotonic() - begin
        tunings, same, gone_on, largest, begin = 0, 0, 0, 0.0, time.monotonic()
        while self.kills < self.KILLS:
            tunings += 1
            config, out = self.config(f"run-{tunings}"), self.folder / f"run-{tunings}"
            changing = tunings % 2 == 0
            used = [self.random.choice([1, 2, 3])]
            for _ in range(KILLS_A_TUNING):
                if not self.run_and_kill("tune", config, *self.placement(used[-1]), ranks=used[-1],
                                         within=duration[used[-1]]):
                    break
                gone_on += self.check_files(out)
                used.append(self.random.choice([n for n in (1, 2, 3) if n != used[-1]] if changing else used))
            self.assert_status(cli.run("tune", config, *self.placement(used[-1]), ranks=used[-1]), 0)
            self.check_files(out)
            self.assert_nothing_half_written(out)
            self.assertEqual([line["step"] for line in self.steps(out)], list(range(1, STEPS + 1)))
            deviation = np.max(np.abs(self.losses(out) / self.losses(whole[used[0]]) - 1))
            if len(set(used)) == 1:
                self.assert_same_tuning(whole[used[0]], out)
                same += 1
            else:
                self.assertLessEqual(deviation, LOSSES, used)
                largest = max(largest, deviation)
        print(f"{self.kills} kills in {tunings} tunings of {max(duration.values()):.1f} s, {gone_on} of them after a checkpoint; "
              f"{same} tunings with the bits of the uninterrupted one, the others' ranks changed: losses within "
              f"{largest:.1e}; a job ended at most {self.slowest_end:.1f} s after a kill; "
              f"{time.monotonic() - begin:.0f} s")


class TortureOfEveryWeight(Torture):
    """Ranks are killed while each writes its part of a checkpoint."""
    KILLS = (KILLS + 1) // 2

    def config(self, name, **tune):
        return super().config(name, **{"method": "sft", **tune})

    def placement(self, ranks):
        return "--set", "parallel.shard=world"


if __name__ == "__main__":
    cli.main()
