"""Tunings with weights on disk or in host memory, and with shared layers: the same bits."""
import pinpoint_cli as cli
from tune_test import Tune


class Shard(Tune):
    def test_slices_moments_and_losses_are_the_same_bits(self):
        for dtype, _ in zip(("float32", "bf16"), self.models()):
            whole = self.tune(f"{dtype}-whole", ranks=2, dtype=dtype)
            for shard, weights in ((2, "device"), (1, "disk"), (2, "disk")):
                with self.subTest(dtype=dtype, shard=shard, weights=weights):
                    self.assert_same_tuning(whole, self.tune(
                        f"{dtype}-{shard}-{weights}", "--set", f"parallel.shard={shard}", "--set",
                        f"parallel.weights={weights}", ranks=2, dtype=dtype))


if __name__ == "__main__":
    cli.main()
