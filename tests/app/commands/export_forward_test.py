"""The program and numpy, which knows nothing of tuning, compute the same logits from an exported model."""
import json

import h5py
import numpy as np

import pinpoint_cli as cli
from numpy_llama import NumpyLlama
from tune_test import MODEL, Tune

RECORD_TOKENS = (7, 11)
PROMPTS = ([3, 41, 8, 22, 14], [3, 41, 9, 30, 14]), ([17, 5, 5, 48, 0, 29, 33, 12], [17, 5, 6, 1, 44, 29, 33, 12])
# Both are relative to the largest logit.
TOLERANCE = {"float32": 2e-6, "bf16": 1e-2}  # found: 2e-7 to 5e-7, and 3e-3 to 5e-3
MOVED = 0.1  # least change by the tuning; found: 0.28 to 1.5


class ExportedModel(Tune):
    def numpy_logits(self, folder):
        """Logits at END of the reference prompts: [sample, V]"""
        llama = NumpyLlama(folder)
        return np.stack([llama.logits(reference)[-1] for reference, _ in PROMPTS])

    def program_record(self, folder, name, dtype):
        """Record tokens' logits and logsumexp of the reference prompts at END: [sample, 3]"""
        pairs = self.folder / "prompts.jsonl"
        pairs.write_text("".join(
            json.dumps({"id": str(i), "reference_tokens": reference, "counterfactual_tokens": counterfactual}) + "\n"
            for i, (reference, counterfactual) in enumerate(PROMPTS)))
        config = cli.write_config(self.folder / f"{name}.yaml", folder, self.folder / name, pairs, dtype=dtype)
        self.assert_status(cli.run("sweep", config), 0)
        with h5py.File(self.folder / name / "effects.h5") as h5:
            return np.column_stack([h5["pass_a_logits"][()], h5["pass_a_logsumexp"][()]])

    def check_forward(self, computed_in, train_kv=False, **model):
        self.model = cli.random_llama(self.folder / "other", **MODEL, **model)
        out = self.tune("out", dtype=computed_in, train_kv=train_kv, max_lr=0.1)
        exported = self.folder / "exported"
        self.assert_status(cli.run("export", out, "--to", exported), 0)
        expected, untuned = self.numpy_logits(exported), self.numpy_logits(self.model)
        found = self.program_record(exported, "swept", computed_in)
        largest = np.abs(expected).max()
        record = np.column_stack([expected[:, RECORD_TOKENS], np.log(np.exp(expected).sum(axis=-1))])
        apart = np.abs(found - record).max() / largest
        moved = np.abs(expected - untuned)[:, RECORD_TOKENS].max() / largest
        self.assertLessEqual(apart, TOLERANCE[computed_in])
        self.assertGreaterEqual(moved, MOVED)

    def test_float32(self):
        self.check_forward("float32")

    def test_float32_with_keys_and_values_and_a_tied_unembedding(self):
        self.check_forward("float32", train_kv=True, tied=True)

    def test_bf16_in_three_files(self):
        self.check_forward("bf16", dtype="bf16", shards=3)

    def test_a_realistic_model_in_float32(self):
        self.check_forward("float32", realistic=True)

    def test_a_realistic_model_in_bf16_with_a_tied_unembedding(self):
        self.check_forward("bf16", dtype="bf16", realistic=True, tied=True)


if __name__ == "__main__":
    cli.main()
