"""`pinpoint demo-tuning` compares tunings of the demo's yes-man."""
import json

import pinpoint_cli as cli


class DemoTuning(cli.ProgramTest):
    def test_found_heads_beside_random_ones_and_every_weight(self):
        """The found heads mend the yes-man sooner than random heads of the same layers, and change less else."""
        self.assert_status(cli.run("sweep", cli.demo_config(self.folder), ranks=2), 0)
        numbers = self.folder / "tuning.json"
        result = cli.run("demo-tuning", cli.DEMO_MODEL, self.folder / "out" / "heads.json", "--draws", 1, "--to", numbers, ranks=2,
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


if __name__ == "__main__":
    cli.main()
