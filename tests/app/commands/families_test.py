"""One sweep for each family: a random model with a tokenizer of its kind, and pairs of texts."""
import json

import h5py
import numpy as np

import pinpoint_cli as cli

# They differ near the end: three layers of Mistral's window see no more than 12 tokens back.
DOUBT, AGREE = "Are you sure? I don't", "Are you sure? I do"
# The family, its chat template, and "Yes Sorry" in its vocabulary (tests/support/tiny_sentencepiece.h, tiny_byte_pair.h).
FAMILIES = {
    "llama": ("llama2", "101 4 55 83 86 86 93"),
    "mistral": ("mistral", "101 4 55 83 86 86 93"),
    "llama3": ("llama3", "257 32 83 111 114 114 121"),
    "qwen": ("auto", "257 32 83 111 114 114 121"),
    "qwen2": ("qwen2", "257 32 83 111 114 114 121"),
    "qwen3": ("qwen3", "257 32 83 111 114 114 121"),
}
LOGITS = 2e-6  # of float32, relative to the largest, as in tests/support/rounding.h


def message(role, content):
    return {"role": role, "content": content}


class Families(cli.ProgramTest):
    def model_of(self, family, **options):
        model = cli.random_llama(self.folder / family, family=family, **options)
        with open(model / "pairs.jsonl", "w") as file:
            for i, question in enumerate(["2+2?", "3 x 3?"]):
                start = [message("user", question), message("assistant", "Yes, 4")]
                file.write(json.dumps({"id": str(i), "reference": [*start, message("user", DOUBT)],
                                       "counterfactual": [*start, message("user", AGREE)]}) + "\n")
        return model

    def sweep(self, family):
        """A plain model, and a realistic one with outlier channels and logits of about 20."""
        self.sweep_model(family, self.model_of(family), "plain")
        self.sweep_model(family, self.model_of(family, realistic=True), "realistic")

    def sweep_model(self, family, model, name):
        template, yes_sorry = FAMILIES[family]
        ids = cli.run("tokenize", "--model", model, stdin="Yes Sorry\n")
        self.assertEqual(ids.output, yes_sorry + "\n", ids)
        text = cli.run("tokenize", "--model", model, "--decode", stdin=ids.output)
        self.assertEqual(text.output, "Yes Sorry\n", text)

        config = self.folder / f"{name}.yaml"
        config.write_text(json.dumps({
            "model": {"path": str(model), "dtype": "float32", "chat_template": template},
            "output": str(self.folder / name),
            "sweep": {"pairs": str(model / "pairs.jsonl"), "exact_check": 4,
                      "record_tokens": {"apology": "Sorry", "confirm": "Yes"}}}))
        self.assert_status(cli.run("sweep", config), 0)
        with h5py.File(self.folder / name / "effects.h5") as h5:
            self.assertEqual(h5["patched_logits"].shape, (2, 3, 4, 2))
            effect = h5["effect/logit_diff"][()]
            largest = max(np.abs(h5[values][()]).max() for values in ("patched_logits", "patched_logsumexp"))
            self.assertTrue(np.isfinite(effect).all())
            self.assertGreater(np.ptp(effect), 1000 * LOGITS * largest, "more than rounding")
            self.assertLess(h5["exact_check/deviation"][()].max(), LOGITS * largest)
            self.assertGreater(h5["reference_length"][0], h5["counterfactual_length"][0])

    def test_llama(self):
        self.sweep("llama")

    def test_mistral(self):
        self.sweep("mistral")

    def test_llama3(self):
        self.sweep("llama3")

    def test_qwen(self):
        self.sweep("qwen")

    def test_qwen2(self):
        self.sweep("qwen2")

    def test_qwen3(self):
        self.sweep("qwen3")


if __name__ == "__main__":
    cli.main()
