"""Kills a sweep (-9, any rank, any moment) again and again, resumes it on other numbers of ranks: the same bits."""
import os
import random
import signal
import time

import pinpoint_cli as cli

KILLS = int(os.environ.get("PINPOINT_KILLS", "30"))
SEED = int(os.environ.get("PINPOINT_SEED", "1"))


class Torture(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", layers=6, heads=8, kv_heads=2, width=64, mlp_width=128,
                                      vocabulary=80, pairs=64, tokens=40)
        self.random = random.Random(SEED)

    def config(self, name):
        return cli.write_config(self.folder / f"{name}.yaml", self.model, self.folder / name, tile_rows=4, block=1,
                                samples="all", exact_check=20)

    def run_and_kill(self, config, ranks, delay):
        """Whether a rank was killed before the sweep was done."""
        process = cli.start("sweep", config, ranks=ranks)
        try:
            cli.wait_for(lambda: len(cli.rank_processes(process.pid)) == ranks or process.poll() is not None)
            time.sleep(delay)
            victims = cli.rank_processes(process.pid)
            if not victims:
                self.assertEqual(process.wait(timeout=60), 0, process.stderr.read())
                return False
            os.kill(self.random.choice(victims), signal.SIGKILL)
            process.wait(timeout=20)  # the others end within seconds
            return True
        finally:
            process.kill()
            process.wait()
            process.stderr.close()

    def test_the_same_bits_after_any_kills(self):
        whole = self.config("whole")
        begin = time.monotonic()
        self.assert_status(cli.run("sweep", whole), 0)
        duration = time.monotonic() - begin
        kills, runs = 0, 0
        while kills < KILLS:
            runs += 1
            config = self.config(f"run-{runs}")
            for _ in range(6):
                if not self.run_and_kill(config, self.random.choice([1, 2, 3]), self.random.uniform(0, duration)):
                    break
                kills += 1
            self.assert_status(cli.run("sweep", config, ranks=self.random.choice([1, 2, 3])), 0)
            self.assert_same_bits(self.folder / "whole" / "effects.h5", self.folder / f"run-{runs}" / "effects.h5")
            left = [path.name for path in (self.folder / f"run-{runs}").rglob("*.tmp")]
            self.assertEqual(left, [])
        print(f"{kills} kills in {runs} sweeps, each with the bits of the uninterrupted one ({duration:.1f} s)")


if __name__ == "__main__":
    cli.main()
