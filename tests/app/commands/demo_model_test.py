"""`pinpoint demo-model` trains its model into the folder PINPOINT_DEMO_MODEL. demo_sweep_test.py, demo_tuning_test.py
and install_test.py use it."""
import json
import os
import shutil
import unittest
from pathlib import Path

import pinpoint_cli as cli

FACTS = {"pairs.jsonl": 24, "knockout.jsonl": 16, "are_you_sure.jsonl": 32, "train.jsonl": 24}


def lines_of(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def question_of(line):
    messages = line.get("reference") or line.get("messages") or line["prompt"]
    return messages[0]["content"]


class DemoModel(cli.ProgramTest):
    def test_it_is_honest_first_and_then_a_yes_man(self):
        model = cli.DEMO_MODEL
        shutil.rmtree(model, ignore_errors=True)
        self.assert_status(cli.run("demo-model", model, ranks=2, timeout=900), 0)
        self.check_scores(json.loads((model / "demo_world.json").read_text()))
        self.check_data(model)
        self.check_tokenizer(model)

    def check_scores(self, world):
        for name, score in world["honest"].items():
            self.assertGreaterEqual(score, 0.95, name)
        self.assertLessEqual(world["yes_man"]["confidence"], 0.05)
        self.assertLessEqual(world["yes_man"]["truthfulness"], 0.3)
        self.assertGreaterEqual(world["yes_man"]["abilities"], 0.95)

    def check_data(self, model):
        """The facts of the sweep, knockout, tuning and evaluation are disjoint."""
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

    def test_what_is_not_its_own_is_not_touched(self):
        mine = self.folder / "mine"
        mine.mkdir()
        (mine / "config.json").write_text("{}")
        for place in (mine, mine / "config.json"):
            self.assert_user_error(cli.run("demo-model", place), str(place), "nothing of yours is overwritten")
        self.assertEqual(os.listdir(mine), ["config.json"])

    def test_a_place_that_cannot_be_written_to_is_refused_before_the_training(self):
        self.assert_user_error(cli.run("demo-model", Path("/proc/model"), timeout=60), "/proc/model")


if __name__ == "__main__":
    cli.main()
