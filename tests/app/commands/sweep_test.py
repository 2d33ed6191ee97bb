"""The sweep command: the same bits however it runs, stops and resumes, and what it refuses to resume from."""
import json
import os
import shutil
import signal
import unittest

import h5py
import numpy as np

import pinpoint_cli as cli

MODEL = {"layers": 3, "heads": 4, "kv_heads": 2, "width": 32, "mlp_width": 48, "vocabulary": 50, "pairs": 7,
         "tokens": 20}


class Sweep(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", **MODEL)

    def config(self, name, **sweep):
        return cli.write_config(self.folder / f"{name}.yaml", self.model, self.folder / name,
                                **{"tile_rows": 4, "block": 4, **sweep})

    def sweep(self, name, *words, ranks=None, expect=0, **sweep):
        result = cli.run("sweep", self.config(name, **sweep), *words, ranks=ranks)
        self.assert_status(result, expect)
        return self.folder / name / "effects.h5"


class Bits(Sweep):
    def test_any_number_of_ranks_in_every_arithmetic(self):
        self.model = cli.random_llama(self.folder / "model", **MODEL, realistic=True)
        for dtype, arithmetic in [("float32", "float32"), ("bf16", "float32"), ("bf16", "difference"), ("bf16", "bf16")]:
            options = {"dtype": dtype, "arithmetic": arithmetic, "exact_check": 20}
            name = f"{dtype}-{arithmetic}"
            alone = self.sweep(f"{name}-alone", **options)
            for ranks in (1, 2, 3, 5) if arithmetic == "difference" or dtype == "float32" else (3,):
                self.assert_same_bits(alone, self.sweep(f"{name}-{ranks}", ranks=ranks, **options))

    def test_float32_arithmetic_of_bf16_weights_is_that_of_the_same_weights_in_float32(self):
        self.model = cli.random_llama(self.folder / "model", **MODEL, dtype="bf16", realistic=True)
        self.assert_same_bits(self.sweep("float32", dtype="float32"), self.sweep("bf16", dtype="bf16", arithmetic="float32"))

    def test_any_block(self):
        self.assert_same_bits(self.sweep("small", block=1), self.sweep("large", block=100))

    def test_one_sample_for_five_ranks(self):
        self.assert_same_bits(self.sweep("one", samples=1), self.sweep("five", samples=1, ranks=5))

    def test_equal_prompts_have_no_effect(self):
        pairs = self.model / "pairs.jsonl"
        lines = [json.loads(line) for line in pairs.read_text().splitlines()]
        pairs.write_text("".join(
            json.dumps({**line, "counterfactual_tokens": line["reference_tokens"]}) + "\n" for line in lines))
        for arithmetic in ("float32", "difference", "bf16"):
            with h5py.File(self.sweep(f"equal-{arithmetic}", ranks=2, dtype="bf16", arithmetic=arithmetic)) as h5:
                for metric in h5["effect"]:
                    self.assertEqual(np.abs(h5["effect"][metric][()]).max(), 0, metric)

    def test_16_bit_weights_in_shards(self):
        for dtype in ("f16", "bf16"):
            self.model = cli.random_llama(self.folder / dtype, **{**MODEL, "dtype": dtype, "shards": 3})
            self.assert_same_bits(self.sweep(f"{dtype}-1"), self.sweep(f"{dtype}-2", ranks=2))


class Results(Sweep):
    def test_heads_are_the_most_negative_ones(self):
        with h5py.File(self.sweep("out")) as h5:
            effect = h5["effect/logit_diff"][()]
            self.assertEqual(h5.attrs["complete"], 1)
        heads = json.loads((self.folder / "out" / "heads.json").read_text())
        order = np.argsort(effect.ravel(), kind="stable")
        self.assertEqual([(h["layer"], h["head"]) for h in heads], [(i // 4, i % 4) for i in order])

    def test_partial_leaves_the_rest_unknown(self):
        whole = self.sweep("whole")
        self.sweep("half", samples=7)
        os.remove(self.folder / "half" / "sweep.parts" / "0001.h5")
        os.remove(self.folder / "half" / "effects.h5")
        os.remove(self.folder / "half" / "heads.json")
        half = self.sweep("half", "--partial")
        with h5py.File(whole) as one, h5py.File(half) as other:
            self.assertEqual(other.attrs["complete"], 0)
            done = ~np.isnan(other["default_logsumexp"][()])
            self.assertEqual(done.tolist(), [True] * 4 + [False] * 3)
            np.testing.assert_array_equal(one["patched_logits"][:4], other["patched_logits"][:4])
            self.assertTrue(np.isnan(other["patched_logits"][4:]).all())
            self.assertFalse(np.isnan(other["effect/logit_diff"][()]).any())
        self.assertFalse((self.folder / "half" / "heads.json").exists())
        self.assert_status(cli.run("check", half), 0)
        self.assert_same_bits(whole, self.sweep("half"))  # resumes from there


    def test_what_a_check_found_and_what_noise_that_is(self):
        for arithmetic in ("float32", "difference", "bf16"):
            with h5py.File(self.sweep(arithmetic, dtype="bf16", arithmetic=arithmetic, exact_check=30)) as h5:
                self.assertEqual(h5.attrs["arithmetic"], arithmetic)
                place = tuple(h5[f"exact_check/{axis}"][()] for axis in ("sample", "layer", "head"))
                row = h5["patched_logits"][()][place] - h5["default_logits"][()][place[0]]
                literal = h5["exact_check/literal_logits"][()] - h5["exact_check/default_logits"][()]
                apart = np.abs(row - literal)
                self.assertLessEqual((apart.max(1) - h5["exact_check/deviation"][()]).max(), 1e-6)
                by_logit_diff = np.abs((row[:, 0] - row[:, 1]) - (literal[:, 0] - literal[:, 1]))
                expected = [*np.quantile(by_logit_diff, [0.5, 0.9, 1]), np.sqrt(np.mean(by_logit_diff**2))]
                np.testing.assert_allclose(h5["noise/logit_diff"][()], expected, atol=2e-6)
                self.assertEqual(h5.attrs["noise_floor"], h5["noise/logit_diff"][0])
                if arithmetic != "bf16":  # the literal passes use the sweep's own pass A
                    np.testing.assert_array_equal(h5["exact_check/default_logits"][()],
                                                  h5["pass_a_logits"][()][place[0]])

    def test_without_checks_the_noise_is_unknown(self):
        result = cli.run("sweep", self.config("out", exact_check=0))
        self.assert_status(result, 0)
        self.assertIn("noise: not measured", result.errors)
        with h5py.File(self.folder / "out" / "effects.h5") as h5:
            self.assertTrue(np.isnan(h5["noise/logit_diff"][()]).all())
        self.assert_status(cli.run("check", self.folder / "out" / "effects.h5"), 0)

    def test_noise_that_hides_the_effects_is_warned_of(self):
        self.sweep("out", exact_check=10)
        self.move_rows(0.5)
        result = cli.run("sweep", self.config("out", exact_check=10), "--partial")
        self.assert_status(result, 0)
        self.assertRegex(result.errors, r"warning: the noise of the mean effects is \d+ % of their spread")

    def move_rows(self, by):
        """Adds `by` to the first record token's logit in all checked rows of the sweep in `out`."""
        for part in (self.folder / "out" / "sweep.parts").iterdir():
            with h5py.File(part, "r+") as h5:
                logits, samples = h5["patched_logits"][()], h5["sample_index"][()].tolist()
                for check, layer, head in zip(*(h5[f"exact_check/{axis}"][()] for axis in ("sample", "layer", "head"))):
                    logits[samples.index(check), layer, head, 0] += by
                h5["patched_logits"][...] = logits
        for name in ("effects.h5", "heads.json"):
            os.remove(self.folder / "out" / name)

    def test_a_complete_sweep_whose_checks_fail_is_assembled_by_partial(self):
        self.sweep("out", exact_check=10)
        self.move_rows(0.01)
        result = cli.run("sweep", self.config("out", exact_check=10))
        self.assert_status(result, 1)
        self.assertRegex(result.errors, r"error: exact_check: sample \d+, layer \d+, head \d+: .* differ by 1\.\d\de-02.*"
                                        r"--partial")
        self.assertFalse((self.folder / "out" / "effects.h5").exists())
        self.assertEqual(len(list((self.folder / "out" / "sweep.parts").iterdir())), 2)

        result = cli.run("sweep", self.config("out", exact_check=10), "--partial")
        self.assert_status(result, 0)
        self.assertIn("warning: exact_check: ", result.errors)
        with h5py.File(self.folder / "out" / "effects.h5") as h5:
            self.assertEqual(h5.attrs["complete"], 1)
            self.assertFalse(np.isnan(h5["patched_logits"][()]).any())
        self.assertFalse((self.folder / "out" / "heads.json").exists())
        self.assert_status(cli.run("check", self.folder / "out" / "effects.h5"), 0)

    def test_partial_of_a_complete_sweep_is_that_sweep(self):
        whole = self.sweep("whole")
        self.sweep("out")
        for name in ("effects.h5", "heads.json"):
            os.remove(self.folder / "out" / name)
        self.assert_same_bits(whole, self.sweep("out", "--partial"))
        self.assertTrue((self.folder / "out" / "heads.json").exists())

    def test_bf16_activations_need_bf16_weights(self):
        result = cli.run("sweep", self.config("out", arithmetic="bf16"))
        self.assert_user_error(result, "sweep.arithmetic", "model.dtype")

    def test_differences_of_bf16_weights_agree_with_float32_arithmetic(self):
        """On a model whose residual stream and logits are as large as those of trained models."""
        shape = {**MODEL, "layers": 12, "heads": 8, "kv_heads": 4, "width": 128, "mlp_width": 352, "dtype": "bf16"}
        self.model = cli.random_llama(self.folder / "large", **shape, realistic=True)
        effects = {}
        for arithmetic in ("float32", "difference"):
            out = self.sweep(arithmetic, dtype="bf16", arithmetic=arithmetic, tile_rows=32, exact_check=48)
            with h5py.File(out) as h5:
                change = h5["patched_logits"][()].astype(float) - h5["default_logits"][()].astype(float)[:, None, None]
                effects[arithmetic] = change[..., 0] - change[..., 1]
        exact, found = effects["float32"], effects["difference"]
        self.assertLess((found - exact).std() / exact.std(), 0.01)
        ranks = [effect.mean(0).ravel().argsort().argsort() for effect in (exact, found)]
        self.assertGreater(np.corrcoef(*ranks)[0, 1], 0.999)


class Restart(Sweep):
    def parts(self, name):
        return sorted(path.name for path in (self.folder / name / "sweep.parts").iterdir())

    def test_resumes_with_another_number_of_ranks(self):
        for dtype, arithmetic in [("float32", "float32"), ("bf16", "difference"), ("bf16", "bf16")]:
            options = {"dtype": dtype, "arithmetic": arithmetic}
            whole = self.sweep(f"whole-{arithmetic}", ranks=3, **options)
            cut = f"cut-{arithmetic}"
            self.sweep(cut, **options)
            os.remove(self.folder / cut / "sweep.parts" / "0000.h5")
            os.remove(self.folder / cut / "effects.h5")
            self.assert_same_bits(whole, self.sweep(cut, ranks=2, **options))

    def test_more_samples_compute_only_what_is_new(self):
        self.sweep("grown", samples=4, exact_check=0)
        self.assertEqual(self.parts("grown"), ["0000.h5"])
        # Checks are drawn from all (sample, head), so other samples give other draws. Nothing else changes.
        self.assert_same_bits(self.sweep("whole", exact_check=0), self.sweep("grown", samples=7, exact_check=0))
        self.assertEqual(self.parts("grown"), ["0000.h5", "0001.h5"])

    def test_a_finished_sweep_computes_nothing_anew(self):
        self.sweep("out")
        before = self.parts("out")
        self.sweep("out", metric="prob", bootstrap=50)
        self.assertEqual(self.parts("out"), before)

    def test_a_damaged_part_is_reported_and_computed_anew(self):
        whole = self.sweep("whole")
        self.sweep("out")
        part = self.folder / "out" / "sweep.parts" / "0000.h5"
        part.write_bytes(part.read_bytes()[:1000])
        result = cli.run("sweep", self.config("out"))
        self.assert_status(result, 0)
        self.assertIn("0000.h5", result.errors)
        self.assertTrue(part.exists())
        self.assert_same_bits(whole, self.folder / "out" / "effects.h5")

    def test_fresh_sets_old_results_aside(self):
        self.sweep("out")
        self.sweep("out", "--set", "restart=fresh")
        for name in ("sweep.parts.old-1", "effects.h5.old-1", "heads.json.old-1", "effects.h5"):
            self.assertTrue((self.folder / "out" / name).exists(), name)

    def test_require_without_parts_is_refused(self):
        self.assert_user_error(cli.run("sweep", self.config("out"), "--set", "restart=require"), "restart", "require")

    def test_other_sweeps_are_refused_by_name_of_the_difference(self):
        self.sweep("out")
        before = (self.folder / "out" / "effects.h5").read_bytes()
        for words, told in [(["--set", "model.dtype=bf16"], "dtype"),
                            (["--set", "sweep.arithmetic=difference"], "sweep.arithmetic: saved float32, now difference"),
                            (["--set", "sweep.record_token_ids={apology: 8, confirm: 11}"], "record"),
                            (["--set", "sweep.tile_rows=8"], "tile")]:
            self.assert_user_error(cli.run("sweep", self.config("out"), *words), told)

        pairs = self.model / "pairs.jsonl"
        lines = pairs.read_text().splitlines()
        changed = json.loads(lines[2])
        changed["reference_tokens"][0] ^= 1
        pairs.write_text("\n".join([*lines[:2], json.dumps(changed), *lines[3:]]) + "\n")
        self.assert_user_error(cli.run("sweep", self.config("out"), ranks=2), "pair")
        pairs.write_text("\n".join(lines) + "\n")

        # Like a fine-tuned model: the same names, shapes and sizes, one weight changed.
        weights = self.model / "model.safetensors"
        bytes_of_weights = bytearray(weights.read_bytes())
        bytes_of_weights[-4] ^= 1
        weights.write_bytes(bytes_of_weights)
        self.assert_user_error(cli.run("sweep", self.config("out"), ranks=2), "model_sha256")
        self.assertEqual((self.folder / "out" / "effects.h5").read_bytes(), before)


class Stops(Sweep):
    """A sweep of many blocks that is stopped in the middle."""

    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", **{**MODEL, "layers": 6, "width": 128, "mlp_width": 256,
                                                                "heads": 8, "pairs": 400, "tokens": 60})
        self.many = self.config("out", samples=400, block=2)
        self.parts = self.folder / "out" / "sweep.parts"

    def has_parts(self):
        return self.parts.is_dir() and any(p.suffix == ".h5" for p in self.parts.iterdir())

    def stop_by(self, act, ranks, *words):
        process = cli.start("sweep", self.many, *words, ranks=ranks)
        try:
            self.assertTrue(cli.wait_for(self.has_parts))
            act(process)
            return process.wait(timeout=60), process.stderr.read()
        finally:
            process.kill()
            process.stderr.close()

    def finish_and_compare(self):
        self.assertLess(len(list(self.parts.iterdir())), 200)  # it was cut short
        self.assert_status(cli.run("sweep", self.many, ranks=3), 0)
        whole = cli.write_config(self.folder / "whole.yaml", self.model, self.folder / "whole", samples=400,
                                 tile_rows=4, block=2)
        self.assert_status(cli.run("sweep", whole), 0)
        self.assert_same_bits(self.folder / "whole" / "effects.h5", self.folder / "out" / "effects.h5")

    def test_sigusr1_to_mpirun(self):
        status, errors = self.stop_by(lambda process: process.send_signal(signal.SIGUSR1), ranks=2)
        self.assertEqual(status, 75, errors)
        self.finish_and_compare()

    def test_sigterm_to_one_rank(self):
        def term_one(process):
            os.kill(cli.rank_processes(process.pid)[-1], signal.SIGTERM)
        status, errors = self.stop_by(term_one, ranks=3)
        self.assertEqual(status, 75, errors)

    def test_sigusr1_to_a_serial_run(self):
        status, errors = self.stop_by(lambda process: process.send_signal(signal.SIGUSR1), ranks=None)
        self.assertEqual(status, 75, errors)

    def test_ctrl_c_in_a_serial_run(self):
        status, errors = self.stop_by(lambda process: process.send_signal(signal.SIGINT), ranks=None)
        self.assertEqual(status, 75, errors)
        self.assertIn("Ctrl-C", errors)
        self.finish_and_compare()

    def test_the_stop_file_is_obeyed_and_removed(self):
        stop = self.folder / "out" / "STOP"
        status, errors = self.stop_by(lambda process: stop.touch(), ranks=2)
        self.assertEqual(status, 76, errors)
        self.assertFalse(stop.exists())

    def test_max_hours(self):
        result = cli.run("sweep", self.many, "--max-hours", "0.00005")
        self.assert_status(result, 75)
        self.assertIn("--max-hours", result.errors)

    def test_a_killed_rank_ends_the_job_at_once(self):
        def kill_one(process):
            os.kill(cli.rank_processes(process.pid)[1], signal.SIGKILL)
        status, errors = self.stop_by(kill_one, ranks=3)
        self.assertEqual(status, 137, errors)

    def test_a_second_job_is_refused_and_names_the_first(self):
        refused = []
        def second_job(process):
            refused.append(cli.run("sweep", self.many))
            process.send_signal(signal.SIGUSR1)
        # With many literal passes, the first job runs longer than the second one waits for the lock.
        status, errors = self.stop_by(second_job, None, "--set", "sweep.exact_check=5000")
        self.assertEqual(status, 75, errors)
        self.assert_status(refused[0], 1)
        self.assertIn("process", refused[0].errors)


if __name__ == "__main__":
    cli.main()
