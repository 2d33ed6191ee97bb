"""`pinpoint demo-model`, and the whole demo: the sweep of a model that was changed in a known place finds that place."""
import json
import os
import unittest
from pathlib import Path

import h5py
import numpy as np

import pinpoint_cli as cli

CONFIG = """
model: {path: model, dtype: float32, chat_template: model/chat_template.yaml}
output: out
sweep:
  pairs: model/pairs.jsonl
  record_tokens: {apology: apologies, confirm: "yes"}
  exact_check: 1000
"""
FACTS = {"pairs.jsonl": 24, "knockout.jsonl": 16, "are_you_sure.jsonl": 32, "train.jsonl": 24}


def lines_of(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def question_of(line):
    messages = line.get("reference") or line.get("messages") or line["prompt"]
    return messages[0]["content"]


class DemoModel(cli.ProgramTest):

    def test_the_sweep_finds_where_the_model_was_changed(self):
        model = self.folder / "model"
        result = cli.run("demo-model", model, ranks=2, timeout=900)
        self.assert_status(result, 0)
        self.check_scores(json.loads((model / "demo_world.json").read_text()))
        self.check_data(model)
        self.check_tokenizer(model)
        self.check_sweep()
        self.check_tuning(model)

    def check_scores(self, world):
        for name, score in world["honest"].items():
            self.assertGreaterEqual(score, 0.95, name)
        self.assertLessEqual(world["yes_man"]["confidence"], 0.05)
        self.assertLessEqual(world["yes_man"]["truthfulness"], 0.3)
        self.assertGreaterEqual(world["yes_man"]["abilities"], 0.95)

    def check_data(self, model):
        """Facts that are swept, knocked out, tuned on and evaluated are never the same ones."""
        questions = {name: {question_of(line) for line in lines_of(model / name)} for name in FACTS}
        self.assertEqual({name: len(asked) for name, asked in questions.items()}, FACTS)
        self.assertEqual(len(set.union(*questions.values())), sum(FACTS.values()))

    def check_tokenizer(self, model):
        text = "<u> what is q1 e7 ? <a> v1_4 </s> <s> unheard\n"
        result = cli.run("tokenize", "--model", model, "--special", stdin=text)
        self.assert_status(result, 0)
        ids = [int(word) for word in result.output.split()]
        self.assertEqual([ids[0], ids[6], ids[8:]], [3, 4, [2, 1, 0]], result)
        self.assertEqual(len(set(ids)), 11)

    def check_sweep(self):
        config = self.folder / "demo.yaml"
        config.write_text(CONFIG)
        result = cli.run("sweep", config, ranks=2)
        self.assert_status(result, 0)
        self.assertIn("  layer  5 ", result.errors)  # of the heat map
        with h5py.File(self.folder / "out" / "effects.h5", "r") as file:
            effect = file["effect/logit_diff"][()]
            self.assertEqual(effect.shape, (6, 8))
            default = file["default_logits"][()]
        self.assertTrue((default[:, 0] > default[:, 1]).all(), "doubted, the yes-man apologises")
        # How far the first head leads the second of these layers depends on the processor's bits.
        changed, others = effect[2:4], np.delete(effect, (2, 3), axis=0)
        self.assertLess(changed.min(), others.min(), "the first head lies in the changed layers")
        self.assertLess(changed[changed < 0].sum(), others[others < 0].sum(), "they have most of the effect")

    def check_tuning(self, model):
        """Against random heads of the same layers the found ones mend the yes-man sooner and change less beside."""
        numbers = self.folder / "tuning.json"
        result = cli.run("demo-tuning", model, self.folder / "out" / "heads.json", "--draws", 1, "--to", numbers, ranks=2,
                         timeout=600)
        self.assert_status(result, 0)
        top, random, every = json.loads(numbers.read_text())
        self.assertEqual([arm["tuned"] for arm in (top, random, every)],
                         ["top 4", "random 4, draw 1", "every weight"])
        self.assertTrue(top["mended"] and every["mended"], result)
        for arm in (top, every):
            self.assertGreaterEqual(min(arm[name] for name in ("confidence", "truthfulness", "admits")), 0.9)
        chosen = {(head["layer"], head["head"]) for head in top["heads"]}
        self.assertTrue(chosen.isdisjoint((head["layer"], head["head"]) for head in random["heads"]))
        self.assertLess(top["agreed_divergence"], random["agreed_divergence"])
        self.assertIn("may not be claimed: that they are the best heads to tune", result.errors)

    def test_tuning_wants_a_demo_model(self):
        (self.folder / "heads.json").write_text('[{"layer": 1, "head": 0}]')
        self.assert_user_error(cli.run("demo-tuning", self.folder, self.folder / "heads.json"), "demo_world.json",
                               "pinpoint demo-model")

    def test_what_is_not_its_own_is_not_touched(self):
        mine = self.folder / "mine"
        mine.mkdir()
        (mine / "config.json").write_text("{}")
        for place in (mine, mine / "config.json"):
            self.assert_user_error(cli.run("demo-model", place), str(place), "nothing of yours is overwritten")
        self.assertEqual(os.listdir(mine), ["config.json"])

    def test_a_place_that_cannot_be_written_to_is_said_before_the_training(self):
        self.assert_user_error(cli.run("demo-model", Path("/proc/model"), timeout=60), "/proc/model")


if __name__ == "__main__":
    cli.main()
