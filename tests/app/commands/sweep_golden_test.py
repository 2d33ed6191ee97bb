"""Sweeps of the reference checkpoints give the values of independent code, and the same bits on any number of ranks."""
import json
import unittest

import h5py
import numpy as np

import pinpoint_cli as cli


class Golden(cli.ProgramTest):
    def sweep_case(self, name):
        case = cli.SHARED / "goldens" / name
        if not case.exists():
            self.skipTest(f"needs {case}, which is not here")
        expected = json.loads((case / "expected.json").read_text())
        pairs = self.folder / "pairs.jsonl"
        pairs.write_text("".join(
            json.dumps({"id": str(i), "reference_tokens": reference, "counterfactual_tokens": counterfactual}) + "\n"
            for i, (reference, counterfactual) in enumerate(zip(expected["reference"], expected["counterfactual"]))))
        apology, confirm = expected["record_ids"]
        outputs = []
        for ranks in (1, 2, 3, 5):
            outputs.append(self.folder / f"out-{ranks}")
            config = cli.write_config(self.folder / f"{ranks}.yaml", case, outputs[-1], pairs, exact_check=10,
                                      record_token_ids={"apology": apology, "confirm": confirm}, tile_rows=8)
            self.assert_status(cli.run("sweep", config, ranks=ranks), 0)
        self.assert_agrees(outputs[0] / "effects.h5", expected)
        for other in outputs[1:]:
            self.assert_same_bits(outputs[0] / "effects.h5", other / "effects.h5")

    def assert_agrees(self, file, expected):
        patched, default = np.array(expected["patched"]), np.array(expected["default"])  # [N, L, H, 3], [N, 3]
        tolerance = max(1e-4, 1e-5 * np.abs(patched).max())
        with h5py.File(file) as h5:
            found = np.concatenate([h5["patched_logits"][()], h5["patched_logsumexp"][()][..., None]], -1)
            null = np.concatenate([h5["default_logits"][()], h5["default_logsumexp"][()][..., None]], -1)
            share = h5["effect/logit_share"][()]
        self.assertLessEqual(np.abs(found - patched).max(), tolerance)
        self.assertLessEqual(np.abs(null - default).max(), tolerance)
        # Expected effects in percent divide by shares of raw logits, some of them near 0. So the tolerance is relative.
        np.testing.assert_allclose(share, np.array(expected["effect_pct"]), rtol=2e-2, atol=2e-2)

    def test_llama_mha(self):
        self.sweep_case("llama_mha")

    def test_llama_gqa(self):
        self.sweep_case("llama_gqa")

    def test_stories260k(self):
        self.sweep_case("stories260k")


if __name__ == "__main__":
    cli.main()
