"""Tuning every weight (tune.method: sft) with the program: shared by groups of any size, interrupted, resumed on other
numbers of ranks, and exported."""
import os
import signal

import h5py
import numpy as np

import pinpoint_cli as cli
from tune_test import LOSSES, MODEL, Tune


class FullTune(Tune):
    def config(self, name, **tune):
        return super().config(name, **{"method": "sft", "steps": 6, "checkpoint_every": 3, "max_lr": 3e-3, **tune})

    def losses(self, out):
        with h5py.File(self.newest(out)) as h5:
            return h5["history/loss"][()]

    def slices(self, path):
        """The masters of every weight, by the names of the vectors."""
        with h5py.File(path) as h5:
            return {name: h5[f"full/{name}/master"][()] for name in h5["full"]}

    def masters(self, out):
        return self.slices(self.newest(out))


class Results(FullTune):
    def test_every_weight_moves_and_the_loss_falls(self):
        out = self.tune("out", steps=40, checkpoint_every=1, keep=100)
        losses = self.losses(out)
        self.assertLess(losses[-5:].mean(), 0.8 * losses[:5].mean())
        self.assert_status(cli.run("check", self.newest(out)), 0)
        with h5py.File(out / "checkpoints" / "step-000001.h5") as first, h5py.File(self.newest(out)) as last:
            self.assertEqual(len(first["full"]), 3 + 3)  # layers, the two tables, the final norm
            for name in first["full"]:
                self.assertFalse(np.array_equal(first[f"full/{name}/master"], last[f"full/{name}/master"]), name)

    def test_groups_and_ranks_agree_within_rounding(self):
        others = {"plain": [(2, 1), (2, 2), (4, 2), (3, 3)], "realistic": [(4, 2)]}
        for model in self.models():
            alone = self.tune(f"{model}-alone", checkpoint_every=1, keep=9)
            for ranks, shard in others[model]:
                with self.subTest(model=model, ranks=ranks, shard=shard):
                    self.assert_close_tuning(alone, self.tune(f"{model}-{ranks}-{shard}", "--set",
                                                              f"parallel.shard={shard}", ranks=ranks))

    def test_bf16_and_the_other_families(self):
        self.tune("bf16", "--set", "parallel.shard=2", ranks=2, dtype="bf16")
        for family in ("qwen", "qwen3"):
            self.model = cli.random_llama(self.folder / family, family=family)
            out = self.tune(f"out-{family}", "--set", "parallel.shard=2", ranks=2)
            self.assert_status(cli.run("check", self.newest(out)), 0)

    def test_weights_on_disk_are_refused(self):
        result = cli.run("tune", self.config("out"), "--set", "parallel.weights=disk")
        self.assert_user_error(result, "parallel.weights: disk", "sft")


class Interrupted(FullTune):
    def test_a_killed_tuning_ends_with_the_same_bits(self):
        """With a realistic model in bf16. The other tests here resume a plain one in float32."""
        self.model = cli.random_llama(self.folder / "realistic", **MODEL, dtype="bf16", realistic=True)
        whole = self.tune("whole", "--set", "parallel.shard=2", ranks=2, steps=30, dtype="bf16")
        config = self.config("killed", steps=30, dtype="bf16")
        process = cli.start("tune", config, "--set", "parallel.shard=2", ranks=2)
        checkpoints = self.folder / "killed" / "checkpoints"
        self.assertTrue(cli.wait_for(lambda: list(checkpoints.glob("step-*.h5")) or process.poll() is not None))
        for victim in cli.rank_processes(process.pid)[:1]:
            os.kill(victim, signal.SIGKILL)
        process.wait(timeout=30)
        process.stderr.close()
        self.assert_status(cli.run("tune", config, "--set", "parallel.shard=2", ranks=2), 0)
        self.assert_same_tuning(whole, self.folder / "killed")
        self.assertEqual(list((self.folder / "killed").rglob("*.tmp")), [])

    def test_other_ranks_resume(self):
        whole = self.tune("whole", checkpoint_every=1, keep=9)
        for ranks, shard, then, then_shard in ((1, 1, 2, 2), (2, 2, 1, 1), (3, 3, 2, 1)):
            name = f"{ranks}-{then}"
            config = self.config(name)
            self.stop_after(config, 3, ranks, shard)
            self.assert_status(cli.run("tune", config, "--set", f"parallel.shard={then_shard}", ranks=then), 0)
            self.assert_close_tuning(whole, self.folder / name)

    def stop_after(self, config, step, ranks, shard):
        """Keeps only the checkpoint of `step`, as after a kill."""
        self.assert_status(cli.run("tune", config, "--set", f"parallel.shard={shard}", ranks=ranks), 0)
        for path in (config.with_suffix("") / "checkpoints").glob("step-*.h5"):
            if path.name != f"step-{step:06}.h5":
                path.unlink()

    def test_the_other_method_does_not_resume(self):
        self.tune("out")
        self.assert_user_error(cli.run("tune", self.config("out", method="spt")), "another tuning")

    def test_a_damaged_newest_checkpoint_is_passed_over(self):
        out = self.tune("out", "--set", "parallel.shard=2", ranks=2)
        whole = self.masters(out)
        newest = self.newest(out)
        content = bytearray(newest.read_bytes())
        content[len(content) // 2] ^= 1
        newest.write_bytes(content)
        result = cli.run("tune", self.config("out"), "--set", "parallel.shard=2", ranks=2)
        self.assert_status(result, 0)
        self.assertIn("damaged", result.errors)
        for name, values in self.masters(out).items():
            np.testing.assert_array_equal(values, whole[name])


class Exported(FullTune):
    def test_the_exported_model_continues_where_the_tuned_one_ended(self):
        """The first loss of a tuning of the exported model is that of the tuned model. In bf16 too, because weights and
        norms are exported as the passes of the tuning use them."""
        for dtype, model in zip(("float32", "bf16"), self.models()):
            out = self.tune(f"{model}-out", steps=1, batch=13, dtype=dtype)
            longer = self.tune(f"{model}-longer", steps=2, batch=13, warmup_ratio=0, min_lr=3e-3, dtype=dtype)
            self.assert_status(cli.run("export", out, "--to", self.folder / f"{model}-exported"), 0)
            self.model = self.folder / f"{model}-exported"
            again = self.tune(f"{model}-again", steps=1, batch=13, dtype=dtype)
            np.testing.assert_allclose(self.losses(again)[0], self.losses(longer)[1], rtol=LOSSES)


if __name__ == "__main__":
    cli.main()
