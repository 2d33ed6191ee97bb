"""From MMLU's files to the heads of a real, if tiny, model: data pairs, then the sweep, as in README.md."""
import json

import h5py

import pinpoint_cli as cli


class RealModel(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model, self.mmlu = cli.SHARED / "data/models/stories260K", cli.SHARED / "data/mmlu"
        for needed in (self.model, self.mmlu):
            if not needed.exists():
                self.skipTest(f"needs {needed}, which is not here")
        self.output = self.folder / "out"
        self.config = self.folder / "my.yaml"
        self.config.write_text(json.dumps({
            "model": {"path": str(self.model), "dtype": "float32", "chat_template": "llama2"},
            "output": str(self.output),
            "sweep": {"pairs": str(self.output / "pairs.jsonl"), "exact_check": 40,
                      "record_token_ids": {"apology": 279, "confirm": 274}},
            "data": {"sources": {"mmlu": str(self.mmlu)}, "pairs": {"count": 8}}}))
        self.assert_status(cli.run("data", "pairs", self.config), 0)

    def test_pairs_become_effects(self):
        self.assert_status(cli.run("sweep", self.config, ranks=2), 0)
        with h5py.File(self.output / "effects.h5") as h5:
            self.assertEqual(h5["patched_logits"].shape, (8, 5, 8, 2))
            self.assertEqual(len(h5["exact_check/deviation"]), 40)
            self.assertLess(h5["exact_check/deviation"][()].max(), 1e-4)
            self.assertGreater(h5["reference_length"][()].min(), 100)
            self.assertTrue(h5.attrs["parents"][0].startswith("pairs.jsonl "))
        self.assert_status(cli.run("check", self.output / "effects.h5"), 0)

    def test_words_that_begin_with_the_same_token_are_refused(self):
        refused = cli.run("sweep", self.config, "--set", "sweep.record_token_ids=null")
        self.assert_user_error(refused, "Apologies", "Yes", "record_token_ids")

    def test_a_template_that_nothing_tells_is_asked_for(self):
        refused = cli.run("sweep", self.config, "--set", "model.chat_template=auto")
        self.assert_user_error(refused, "chat_template", "llama2")

    def test_an_evaluated_split_is_refused(self):
        self.assert_user_error(cli.run("data", "pairs", self.config, "--set", "data.pairs.split=test"), "test")


if __name__ == "__main__":
    cli.main()
