"""No command writes over its own inputs, and none replaces a file of the user under the name of a result."""
import json
import re

import h5py

import pinpoint_cli as cli

MODEL = {"layers": 2, "heads": 2, "kv_heads": 2, "width": 16, "mlp_width": 24, "vocabulary": 50}


class Base(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", **MODEL)
        self.out = self.folder / "out"
        self.out.mkdir()
        self.data = self.folder / "train.jsonl"
        self.data.write_text("".join(
            json.dumps({"tokens": [1, 2 + i, 3, 4], "labels": [0, 0, 1, 1]}) + "\n" for i in range(6)))
        self.heads = self.folder / "heads.json"
        self.heads.write_text('[{"layer": 1, "head": 0}]')
        self.config = self.folder / "config.yaml"
        self.config.write_text(json.dumps({
            "model": {"path": str(self.model), "dtype": "float32"}, "output": str(self.out),
            "sweep": {"pairs": str(self.model / "pairs.jsonl"), "samples": "all", "exact_check": 0, "bootstrap": 10,
                      "record_token_ids": {"apology": 7, "confirm": 11}},
            "select": {"count": 2, "heads": str(self.heads)},
            "tune": {"data": str(self.data), "batch": 2, "steps": 3, "max_lr": 1e-3}}))

    def run_command(self, command, expect=0, **settings):
        words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        result = cli.run(command, self.config, *words)
        self.assert_status(result, expect)
        return result


class OwnFiles(Base):
    def snapshot(self):
        """Every file and folder below the test's own, with the files' contents."""
        return {path.relative_to(self.folder): path.read_bytes() if path.is_file() else None
                for path in self.folder.rglob("*")}

    def assert_refused(self, command, *words, **settings):
        before = self.snapshot()
        self.assert_user_error(self.run_command(command, expect=2, restart="fresh", **settings), *words)
        self.assertEqual(self.snapshot(), before)

    def test_an_output_is_never_an_input(self):
        for command, result, key, source in (
                ("sweep", "effects.h5", "sweep.pairs", self.model / "pairs.jsonl"),
                ("sweep", "heads.json", "sweep.pairs", self.model / "pairs.jsonl"),
                ("sweep", "tune.jsonl.tmp", "sweep.pairs", self.model / "pairs.jsonl"),
                ("tune", "tune.jsonl", "tune.data", self.data),
                ("tune", "tune.jsonl", "select.heads", self.heads)):
            for link in ("symlink_to", "hardlink_to"):
                with self.subTest(command=command, result=result, key=key, link=link):
                    output = self.out / result
                    getattr(output, link)(source)
                    # both names are given to the command: that of the source, then that of the result
                    self.assert_refused(command, "output: ", str(output), key, **{key: source})
                    self.assert_refused(command, "output: ", str(output), key, **{key: output})
                    output.unlink()

    def test_a_folder_that_is_set_aside_has_no_input(self):
        for command, folder, key, source in (("sweep", "sweep.parts", "sweep.pairs", self.model / "pairs.jsonl"),
                                             ("tune", "checkpoints", "tune.data", self.data),
                                             ("tune", "checkpoints", "select.heads", self.heads)):
            with self.subTest(key=key):
                (self.out / folder).mkdir()
                inside = source.rename(self.out / folder / "input")
                self.assert_refused(command, "is in it", key, **{key: inside})
                inside.rename(source)
                (self.out / folder).rmdir()
        self.out.rmdir()
        self.out.symlink_to(self.model)
        for command in ("sweep", "tune"):
            self.assert_refused(command, "output: ", "model.path")

    def test_results_of_an_earlier_command_are_inputs(self):
        """The usual flow: everything in one folder, also the model."""
        model = self.model.rename(self.out / "model")
        pairs = (model / "pairs.jsonl").rename(self.out / "pairs.jsonl")
        data = self.data.rename(self.out / "train.jsonl")
        settings = {"model.path": model, "sweep.pairs": pairs, "tune.data": data, "select.heads": self.out / "heads.json"}
        self.run_command("sweep", **settings)
        self.run_command("tune", **settings)
        self.assertTrue((self.out / "checkpoints/step-000003.h5").exists())

    def test_sweep_sets_effects_and_heads_of_the_user_aside(self):
        mine = b'[{"layer": 0, "head": 1}]'
        (self.out / "heads.json").write_bytes(mine)
        self.run_command("sweep")
        self.assertEqual((self.out / "heads.json.old-1").read_bytes(), mine)
        with h5py.File(self.out / "effects.h5", "a") as file:  # the user adds a note, which breaks no data
            file.attrs["note"] = "mine"
        edited = (self.out / "effects.h5").read_bytes()
        result = self.run_command("sweep")
        self.assertIn("set aside", result.output + result.errors)
        self.assertEqual((self.out / "effects.h5.old-1").read_bytes(), edited)
        again = self.run_command("sweep")  # both are this program's own now
        self.assertNotIn("set aside", again.output + again.errors)
        self.assertEqual(sorted(path.name for path in self.out.glob("*.old-*")), ["effects.h5.old-1", "heads.json.old-1"])

    def test_tune_sets_a_log_of_the_user_aside(self):
        mine = '{"step": 1, "note": "mine"}\n'
        (self.out / "tune.jsonl").write_text(mine)
        self.run_command("tune")
        self.assertEqual((self.out / "tune.jsonl.old-1").read_text(), mine)
        self.assertEqual(len((self.out / "tune.jsonl").read_text().splitlines()), 3)

    def test_tune_leaves_copies_of_checkpoints(self):
        copy = self.out / "checkpoints/step-1.h5"
        self.run_command("tune", **{"tune.checkpoint_every": 1, "tune.keep": 3})
        (self.out / "checkpoints/step-000001.h5").rename(copy)
        self.run_command("tune", **{"tune.checkpoint_every": 1, "tune.keep": 1, "restart": "fresh"})
        self.assertTrue((self.out / "checkpoints.old-1/step-1.h5").exists())
        copy.write_text("mine")
        (self.out / "checkpoints/step-000003.h5").unlink()
        self.run_command("tune", **{"tune.checkpoint_every": 1, "tune.keep": 1})
        self.assertEqual(copy.read_text(), "mine")


    def test_tune_sets_checkpoints_that_it_cannot_resume_from_aside(self):
        """They are newer than any that it writes, so they would survive `tune.keep` in place of those."""
        folder = self.out / "checkpoints"
        folder.mkdir()
        for step in (98, 99):
            (folder / f"step-{step:06}.h5").write_text("mine")
        self.run_command("tune", **{"tune.checkpoint_every": 1})
        self.assertEqual(sorted(path.name for path in folder.iterdir()),
                         ["step-000002.h5", "step-000003.h5", "step-000098.h5.old-1", "step-000099.h5.old-1"])
        self.run_command("tune", **{"tune.checkpoint_every": 1})
        newest = folder / "step-000003.h5"
        newest.write_text("damaged")
        self.run_command("tune", **{"tune.checkpoint_every": 1})
        self.assertEqual((folder / "step-000003.h5.old-1").read_text(), "damaged")
        self.assert_status(cli.run("check", newest), 0)


class Advice(Base):
    """What a message advises works when it is followed literally."""

    def follow(self, command, result, **settings):
        """Runs the command again with the --set of the message in addition."""
        errors = [line for line in result.errors.splitlines() if line.startswith("error: ")]
        advised = dict(re.findall(r"--set ([\w.]+)=([\w.+-]+)", errors[0]))
        self.assertTrue(advised, errors)
        words = [word for key, value in {**settings, **advised}.items() for word in ("--set", f"{key}={value}")]
        return cli.run(command, self.config, *words), advised

    def test_after_a_divergence(self):
        for ranks in (None, 2):
            settings = {"tune.max_lr": 1e3, "tune.steps": 30, "tune.warmup_ratio": 0, "tune.clip_norm": "null",
                        "tune.method": "sft", "tune.checkpoint_every": 1, "output": self.folder / f"out{ranks}"}
            words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
            result = cli.run("tune", self.config, *words, ranks=ranks)
            self.assert_status(result, 1)
            self.assertRegex(result.errors, r"step \d+, rank \d")
            again, advised = self.follow("tune", result, **settings)
            self.assertEqual(advised, {"tune.max_lr": "1e-05", "restart": "fresh"})
            self.assert_status(again, 0)
            self.assertTrue((settings["output"] / "checkpoints/step-000030.h5").exists())
            self.assertTrue((settings["output"] / "checkpoints.old-1").exists())

    def test_after_a_rate_beyond_float32(self):
        for rate in (1e38, 1e300):
            settings = {"tune.max_lr": rate, "tune.warmup_ratio": 0, "output": self.folder / f"out-{rate}"}
            result = self.run_command("tune", expect=1, **settings)
            self.assertIn("step 1, rank 0: a parameter is not finite after the update", result.errors)
            again, _ = self.follow("tune", result, **settings)
            self.assert_status(again, 0)

    def test_after_another_configuration(self):
        for command, changed in (("sweep", {"model.dtype": "bf16"}), ("tune", {"tune.max_lr": 2e-3})):
            self.run_command(command)
            result = self.run_command(command, expect=2, **changed)
            self.assertIn("belongs to another", result.errors)
            again, advised = self.follow(command, result, **changed)
            self.assertEqual(advised, {"restart": "fresh"})
            self.assert_status(again, 0)
            self.run_command(command, output=self.folder / f"other-{command}", **changed)  # the other advice

    def test_if_there_is_nothing_to_resume(self):
        for command in ("sweep", "tune"):
            result = self.run_command(command, expect=2, restart="require")
            self.assertIn("use restart: auto to start over", result.errors)
            self.run_command(command, restart="auto")

    def test_to_see_the_dialogues_that_are_left_out(self):
        self.data.write_text("".join(json.dumps({"tokens": [1] * (3 + i), "labels": [0] * (2 + i) + [1]}) + "\n"
                                     for i in range(5)))
        result = self.run_command("tune", **{"tune.steps": "null", "tune.epochs": 1})
        steps = re.search(r"start with tune.steps: (\d+)", result.errors).group(1)
        self.run_command("tune", **{"tune.steps": steps, "output": self.folder / "all"})
        self.assertEqual(len((self.folder / "all/tune.jsonl").read_text().splitlines()), 3)


if __name__ == "__main__":
    cli.main()
