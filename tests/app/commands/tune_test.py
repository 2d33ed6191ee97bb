"""The tune command: the same bits whenever and however it is interrupted, and what it refuses to resume from."""
import json
import os
import random
import shutil
import signal

import h5py
import numpy as np

import pinpoint_cli as cli

MODEL = {"layers": 3, "heads": 4, "kv_heads": 2, "width": 32, "mlp_width": 48, "vocabulary": 50}
HEADS = [{"layer": 1, "head": 0, "effect": -2.0}, {"layer": 2, "head": 3, "effect": -1.0},
         {"layer": 1, "head": 2, "effect": -0.5}]
# Float32 sums over ranks in another order, as in tests/support/rounding.h: relative to a loss, a gradient's norm, and the
# norm of the change of the weights.
LOSSES, GRADIENTS, MOVES = 1e-6, 2e-6, 1e-5
EPS = 1e-4  # of AdamW: with 1e-8, a gradient near 0 whose digits are all rounding would decide the sign of a step


def write_dialogues(path, count=13, vocabulary=50, longest=20, seed=1):
    draw = random.Random(seed)
    lines = []
    for _ in range(count):
        length = draw.randint(4, longest)
        targets = draw.randint(1, length - 2)
        lines.append({"tokens": [draw.randrange(vocabulary) for _ in range(length)],
                      "labels": [0] * (length - targets) + [1] * targets})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


class Tune(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", **MODEL)
        self.data = self.folder / "train.jsonl"
        write_dialogues(self.data)
        self.heads = self.folder / "heads.json"
        self.heads.write_text(json.dumps(HEADS))

    def config(self, name, **tune):
        path = self.folder / f"{name}.yaml"
        path.write_text(json.dumps({
            "model": {"path": str(self.model), "dtype": tune.pop("dtype", "float32")},
            "output": str(self.folder / name),
            "select": tune.pop("select", {"heads": str(self.heads)}),
            "tune": {"data": str(self.data), "max_lr": 1e-2, "batch": 4, "steps": 9, "checkpoint_every": 4,
                     "micro_batch": 2, "eps": EPS, **tune}}))
        return path

    def models(self):
        """Yields the name of each model after setting it: the plain one of setUp, then a realistic one."""
        yield "plain"
        self.model = cli.random_llama(self.folder / "realistic", **MODEL, realistic=True)
        yield "realistic"

    def tune(self, name, *words, ranks=None, expect=0, **tune):
        result = cli.run("tune", self.config(name, **tune), *words, ranks=ranks)
        self.assert_status(result, expect)
        return self.folder / name

    def steps(self, out):
        return [json.loads(line) for line in (out / "tune.jsonl").read_text().splitlines()]

    def newest(self, out):
        return max((out / "checkpoints").glob("step-*.h5"))

    def oldest(self, out):
        return min((out / "checkpoints").glob("step-*.h5"))

    def assert_same_tuning(self, one, other):
        """Compares the bits of slices, moments and losses, but not the seconds."""
        one, other = cli.data_sets(self.newest(one)), cli.data_sets(self.newest(other))
        self.assertEqual(one.keys(), other.keys())
        for name in one:
            if name != "history/seconds":
                self.assertEqual(one[name], other[name], name)

    def slices(self, path):
        """Every tuned slice of a checkpoint, by name."""
        with h5py.File(path) as h5:
            return {f"{layer}/{name}": h5["tuned"][layer][name][()] for layer in h5["tuned"]
                    for name in ("q_proj", "o_proj", "k_proj", "v_proj") if name in h5["tuned"][layer]}

    def assert_close_tuning(self, one, other):
        """The change of the weights is measured from the oldest checkpoint of `one`."""
        with h5py.File(self.newest(one)) as mine, h5py.File(self.newest(other)) as theirs:
            for name, tolerance in (("loss", LOSSES), ("grad_norm", GRADIENTS)):
                np.testing.assert_allclose(mine[f"history/{name}"][()], theirs[f"history/{name}"][()], rtol=tolerance)
        before, mine, theirs = map(self.slices, (self.oldest(one), self.newest(one), self.newest(other)))
        self.assertEqual(mine.keys(), theirs.keys())
        for name, values in mine.items():
            self.assertLessEqual(np.linalg.norm(values - theirs[name]),
                                 MOVES * np.linalg.norm(values - before[name]), name)


class Results(Tune):
    def test_a_line_a_step_and_checkpoints_that_fit_their_schema(self):
        out = self.tune("out")
        steps = self.steps(out)
        self.assertEqual([line["step"] for line in steps], list(range(1, 10)))
        for line in steps:
            self.assertLessEqual({"step", "loss", "lr", "grad_norm", "tokens", "seconds"}, line.keys())
        self.assertEqual(steps[0]["lr"], 1e-2)  # w = ceil(0.02 * 9) = 1
        self.assertLess(steps[-1]["lr"], steps[1]["lr"])
        files = sorted(path.name for path in (out / "checkpoints").iterdir())
        self.assertEqual(files, ["step-000008.h5", "step-000009.h5"])  # every 4 steps and at the end; two are kept
        self.assert_status(cli.run("check", *[out / "checkpoints" / name for name in files]), 0)
        with h5py.File(self.newest(out)) as h5:
            self.assertEqual(h5["heads"][()].tolist(), [[1, 0], [1, 2], [2, 3]])
            self.assertEqual(h5["tuned/layers.1/q_proj"].shape, (2, 8, 32))
            self.assertEqual(h5["tuned/layers.2/o_proj"].shape, (1, 32, 8))
            self.assertEqual(h5["tuned/layers.2/o_proj"].dims[1].label, "width")
            np.testing.assert_array_equal(h5["history/loss"][()], [line["loss"] for line in steps])
            self.assertEqual(h5.attrs["step"], 9)

    def test_the_loss_falls_on_dialogues_that_are_seen_again(self):
        steps = self.steps(self.tune("out", steps=60, train_kv=True, max_lr=3e-2))
        self.assertLess(np.mean([line["loss"] for line in steps[-5:]]),
                        0.9 * np.mean([line["loss"] for line in steps[:5]]))

    def test_other_ranks_and_rounds_agree_within_rounding(self):
        others = {"plain": [("two", 2, 2), ("three", 3, 2), ("one", None, 4), ("five", 5, 1)],
                  "realistic": [("three", 3, 1)]}
        for model in self.models():
            alone = self.tune(f"{model}-alone", keep=9)
            for name, ranks, micro in others[model]:
                with self.subTest(model=model, run=name):
                    self.assert_close_tuning(alone, self.tune(f"{model}-{name}", ranks=ranks, micro_batch=micro))

    def test_keeping_the_lower_layers_changes_no_bit(self):
        for model in self.models():
            kept = self.tune(f"{model}-kept", ranks=2, cache_lower_layers=True)
            self.assert_same_tuning(kept, self.tune(f"{model}-anew", ranks=2, cache_lower_layers=False))

    def test_bf16(self):
        out = self.tune("out", ranks=2, dtype="bf16")
        with h5py.File(self.newest(out)) as h5:
            self.assertEqual(h5["tuned/layers.1/q_proj"].dtype, np.float32)

    def test_epochs_give_the_steps_and_convergence_ends_them(self):
        self.assertEqual(len(self.steps(self.tune("epochs", steps=None, epochs=2))), 6)  # floor(2 * 13 / 4)
        rule = {"window": 2, "relative": 0.9, "patience": 1}
        out = self.tune("converged", converge=rule)
        self.assertEqual(len(self.steps(out)), 4)
        result = cli.run("tune", self.config("converged", converge=rule))
        self.assert_status(result, 0)
        self.assertIn("converged", result.errors)
        self.assertEqual(len(self.steps(out)), 4)

    def test_long_dialogues_are_left_out_and_counted(self):
        result = cli.run("tune", self.config("out", max_length=10, steps=1))
        self.assert_status(result, 0)
        self.assertIn("more than 10 tokens", result.errors)


class Heads(Tune):
    def heads_of(self, out):
        with h5py.File(self.newest(out)) as h5:
            return h5["heads"][()].tolist()

    def test_the_first_of_heads_json(self):
        (self.folder / "out").mkdir()
        shutil.copy(self.heads, self.folder / "out" / "heads.json")
        self.assertEqual(self.heads_of(self.tune("out", select={"count": 2}, steps=1)), [[1, 0], [2, 3]])

    def test_the_most_negative_ones_of_a_sweep_and_random_ones_in_their_place(self):
        model = cli.random_llama(self.folder / "model", **MODEL, pairs=3, tokens=12)
        for name in ("out", "random"):
            self.assert_status(cli.run("sweep", cli.write_config(self.folder / "sweep.yaml", model,
                                                                 self.folder / name)), 0)
        with h5py.File(self.folder / "out" / "effects.h5") as h5:
            top = h5["ranking/logit_diff"][:3].tolist()
        self.assertEqual(self.heads_of(self.tune("out", select={"count": 3}, steps=1)), sorted(top))
        drawn = self.heads_of(self.tune("random", select={"count": 3, "random_draw": 1}, steps=1))
        self.assertEqual(len(drawn), 3)
        self.assertFalse([head for head in drawn if head in top])

    def test_none_at_all(self):
        self.assert_user_error(cli.run("tune", self.config("out", select={"count": 2})), "heads", "sweep")

    def test_a_list_and_a_draw(self):
        self.assert_user_error(cli.run("tune", self.config("out", select={"heads": str(self.heads), "random_draw": 1})),
                               "random_draw")


class Restart(Tune):
    def test_resumes_to_the_same_bits_and_the_same_lines(self):
        for ranks, dtype, _ in zip((None, 2), ("float32", "bf16"), self.models()):
            whole = self.tune(f"whole-{ranks}", ranks=ranks, dtype=dtype)
            out = self.tune(f"cut-{ranks}", ranks=ranks, keep=9, dtype=dtype)
            os.remove(out / "checkpoints" / "step-000009.h5")
            os.remove(out / "checkpoints" / "step-000008.h5")
            lines = (out / "tune.jsonl").read_text()
            (out / "tune.jsonl").write_text(lines + '{"step": 10, "lo')  # a line cut short by a kill
            result = cli.run("tune", self.config(f"cut-{ranks}", keep=9, dtype=dtype), ranks=ranks)
            self.assert_status(result, 0)
            self.assertIn("4 of 9 steps are done", result.errors)
            self.assert_same_tuning(whole, out)
            self.assertEqual([line["step"] for line in self.steps(out)], list(range(1, 10)))
            self.assertEqual([line["loss"] for line in self.steps(out)], [line["loss"] for line in self.steps(whole)])

    def test_another_number_of_ranks_agrees_within_rounding(self):
        whole = self.tune("whole", keep=9)
        out = self.tune("cut", ranks=3, keep=9)
        os.remove(out / "checkpoints" / "step-000009.h5")
        os.remove(out / "checkpoints" / "step-000008.h5")
        self.tune("cut", ranks=2, keep=9)
        self.assert_close_tuning(whole, out)

    def test_a_damaged_newest_checkpoint_is_reported_and_the_one_before_used(self):
        whole = self.tune("whole")
        out = self.tune("out")
        newest = self.newest(out)
        newest.write_bytes(newest.read_bytes()[:4000])
        result = cli.run("tune", self.config("out"))
        self.assert_status(result, 0)
        self.assertIn("step-000009.h5", result.errors)
        self.assertIn("8 of 9 steps are done", result.errors)
        self.assert_same_tuning(whole, out)

    def test_a_finished_tuning_computes_nothing_anew(self):
        out = self.tune("out")
        before = self.newest(out).stat().st_mtime_ns
        self.tune("out", ranks=2)
        self.assertEqual(self.newest(out).stat().st_mtime_ns, before)

    def test_fresh_sets_old_results_aside_and_require_wants_some(self):
        self.assert_user_error(cli.run("tune", self.config("out"), "--set", "restart=require"), "restart", "require")
        self.tune("out")
        self.tune("out", "--set", "restart=fresh", "--set", "seed=1")
        for name in ("checkpoints.old-1", "tune.jsonl.old-1", "checkpoints", "tune.jsonl"):
            self.assertTrue((self.folder / "out" / name).exists(), name)

    def test_other_tunings_are_refused_by_name_of_the_difference(self):
        out = self.tune("out")
        before = self.newest(out).read_bytes()
        for words, told in [(["--set", "model.dtype=bf16"], "model.dtype"), (["--set", "seed=1"], "seed"),
                            (["--set", "tune.train_kv=true"], "train_kv"), (["--set", "tune.steps=10"], "steps"),
                            (["--set", "tune.max_lr=1e-3"], "max_lr")]:
            self.assert_user_error(cli.run("tune", self.config("out"), *words), told)
        self.heads.write_text(json.dumps(HEADS[:2]))
        self.assert_user_error(cli.run("tune", self.config("out")), "layer 1, head 2")
        self.heads.write_text(json.dumps(HEADS))
        write_dialogues(self.data, seed=2)
        self.assert_user_error(cli.run("tune", self.config("out"), ranks=2), "tune.data")
        write_dialogues(self.data)
        weights = self.model / "model.safetensors"
        changed = bytearray(weights.read_bytes())
        changed[-4] ^= 1
        weights.write_bytes(changed)
        self.assert_user_error(cli.run("tune", self.config("out"), ranks=2), "model_sha256")
        self.assertEqual(self.newest(out).read_bytes(), before)


class Stops(Tune):
    def setUp(self):
        super().setUp()
        self.many = self.config("out", steps=4000, checkpoint_every=100000)

    def stop_by(self, act, ranks):
        process = cli.start("tune", self.many, ranks=ranks)
        log = self.folder / "out" / "tune.jsonl"
        try:
            self.assertTrue(cli.wait_for(lambda: log.exists() and log.stat().st_size > 0))
            act(process)
            return process.wait(timeout=60), process.stderr.read()
        finally:
            process.kill()
            process.stderr.close()

    def test_sigusr1_leaves_a_checkpoint_of_every_step_made(self):
        status, errors = self.stop_by(lambda process: process.send_signal(signal.SIGUSR1), ranks=2)
        self.assertEqual(status, 75, errors)
        steps = self.steps(self.folder / "out")
        self.assertLess(len(steps), 4000)
        self.assertEqual(self.newest(self.folder / "out").name, f"step-{len(steps):06}.h5")

    def test_sigterm_to_one_rank(self):
        def term_one(process):
            os.kill(cli.rank_processes(process.pid)[-1], signal.SIGTERM)
        status, errors = self.stop_by(term_one, ranks=3)
        self.assertEqual(status, 75, errors)

    def test_the_stop_file_is_obeyed_and_removed(self):
        stop = self.folder / "out" / "STOP"
        status, errors = self.stop_by(lambda process: stop.touch(), ranks=None)
        self.assertEqual(status, 76, errors)
        self.assertFalse(stop.exists())

    def test_max_hours(self):
        self.assert_status(cli.run("tune", self.many, "--max-hours", "0.0003"), 75)
        self.assertTrue(self.newest(self.folder / "out").exists())


class Epochs(Tune):
    def test_whole_batches_see_each_dialogue_as_often_as_epochs_say_or_a_warning_counts_the_others(self):
        """Dialogue i has 4 + 2^i tokens, so that a number of tokens names the dialogues that it is made of."""
        for dialogues, batch, epochs, steps, left, never in (
                (7, 4, 1, 1, 3, 3), (5, 4, 1, 1, 1, 1), (5, 4, 2, 2, 2, 0), (4, 2, 1, 2, 0, 0), (6, 4, 2, 3, 0, 0)):
            with self.subTest(dialogues=dialogues, batch=batch, epochs=epochs):
                self.data.write_text("".join(
                    json.dumps({"tokens": [1 + i] * (4 + 2**i), "labels": [0] * (3 + 2**i) + [1]}) + "\n"
                    for i in range(dialogues)))
                result = cli.run("tune", self.config("out", batch=batch, epochs=epochs, steps=None, max_lr=1e-6),
                                 "--set", "restart=fresh")
                self.assert_status(result, 0)
                seen = [step["tokens"] for step in self.steps(self.folder / "out")]
                self.assertEqual(len(seen), steps)
                tokens = sum(seen) - 4 * steps * batch  # the sum of 2^i over all visits
                everything = 2**dialogues - 1
                if left == 0:
                    self.assertEqual(tokens, epochs * everything)
                    self.assertNotIn("left out", result.errors)
                    continue
                missing = bin(epochs * everything - tokens).count("1")  # each dialogue is missing once at most
                self.assertEqual(missing, left)
                self.assertIn(f"{epochs} epoch(s) of {dialogues} dialogues are {steps} whole batches of {batch} and {left} "
                              "dialogues more, which are left out", result.errors)
                self.assertEqual(f"({never} dialogues are never seen)" in result.errors, never > 0)

    def test_the_steps_that_the_user_chose_leave_nothing_out(self):
        result = cli.run("tune", self.config("out", steps=2))
        self.assert_status(result, 0)
        self.assertNotIn("left out", result.errors)

    def test_less_than_a_batch_is_refused(self):
        for dialogues, batch, epochs in ((3, 4, 1), (7, 8, 1), (3, 8, 2)):
            write_dialogues(self.data, count=dialogues)
            result = cli.run("tune", self.config("out", batch=batch, epochs=epochs, steps=None))
            self.assert_user_error(result, "tune.epochs", f"{dialogues} dialogues are not one batch of {batch}",
                                   "tune.steps")


class BadInput(Tune):
    def refused(self, *told, words=(), **tune):
        self.assert_user_error(cli.run("tune", self.config("out", **tune), *words), *told)

    def test_data(self):
        self.data.write_text("")
        self.refused("train.jsonl", "no dialogue")
        self.data.write_text('{"tokens": [1, 2], "labels": [0, 1]}\n{"tokens": [1, 2], "labels": [1]}\n')
        self.refused("train.jsonl:2", "labels")
        self.data.write_text('{"tokens": [1, 50], "labels": [0, 1]}\n')
        self.refused("train.jsonl:1", "50")
        self.data.unlink()
        self.refused("train.jsonl")

    def test_too_few_epochs(self):
        self.refused("tune.epochs", steps=None, epochs=0.1)

    def test_heads_that_the_model_lacks(self):
        self.heads.write_text('[{"layer": 3, "head": 0}]')
        self.refused("heads.json", "layer")

    def test_a_loss_that_is_no_number_ends_the_run_and_leaves_the_last_good_checkpoint(self):
        out = self.tune("out", steps=9)
        result = cli.run("tune", self.config("worse", max_lr=1e30, checkpoint_every=1), ranks=2)
        self.assert_status(result, 1)
        self.assertIn("step ", result.errors)
        self.assertIn("sample", result.errors)
        self.assertIn("rank ", result.errors)
        self.assert_status(cli.run("check", self.newest(self.folder / "worse")), 0)
        self.assertTrue(self.newest(out).exists())

    def test_disk_is_full(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if cli.subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)], capture_output=True,
                              check=False).returncode != 0:
            self.skipTest("cannot mount a small disk here")
        self.addCleanup(cli.subprocess.run, ["umount", str(disk)], check=False)
        for ranks in (None, 2):
            result = cli.run("tune", self.config("out"), "--set", f"output={disk}/out", ranks=ranks)
            self.assert_user_error(result, str(disk), "room")
        cli.subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
        self.assert_status(cli.run("tune", self.config("out"), "--set", f"output={disk}/out"), 0)


if __name__ == "__main__":
    cli.main()
