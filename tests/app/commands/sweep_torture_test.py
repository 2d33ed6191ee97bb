"""Kills a sweep (-9, any rank, any moment) many times and resumes it on other numbers of ranks: the same bits."""
import os
import time

import pinpoint_cli as cli

KILLS = int(os.environ.get("PINPOINT_KILLS", "30"))


class Torture(cli.TortureTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", layers=6, heads=8, kv_heads=2, width=64, mlp_width=128,
                                      vocabulary=80, pairs=64, tokens=40)

    def config(self, name):
        return cli.write_config(self.folder / f"{name}.yaml", self.model, self.folder / name, tile_rows=4, block=1,
                                samples="all", exact_check=20)

    def test_the_same_bits_after_any_kills(self):
        whole = self.config("whole")
        begin = time.monotonic()
        self.assert_status(cli.run("sweep", whole), 0)
        duration = time.monotonic() - begin
        runs = 0
        while self.kills < KILLS:
            runs += 1
            config = self.config(f"run-{runs}")
            for _ in range(6):
                if not self.run_and_kill("sweep", config, ranks=self.random.choice([1, 2, 3]), within=duration):
                    break
            self.assert_status(cli.run("sweep", config, ranks=self.random.choice([1, 2, 3])), 0)
            self.assert_same_bits(self.folder / "whole" / "effects.h5", self.folder / f"run-{runs}" / "effects.h5")
            self.assert_nothing_half_written(self.folder / f"run-{runs}")
        print(f"{self.kills} kills in {runs} sweeps, each with the bits of the uninterrupted one ({duration:.1f} s); "
              f"a job ended at most {self.slowest_end:.1f} s after a kill")


if __name__ == "__main__":
    cli.main()
