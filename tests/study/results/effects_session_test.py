"""effects.h5 in Python: h5py reads every axis, and the session in docs/effects.md gives the printed output."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy


class EffectsSession(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        subprocess.run([os.environ["PINPOINT_EXAMPLE_EFFECTS"], cls.folder.name], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def open(self, name="effects.h5"):
        return h5py.File(Path(self.folder.name, name), "r")

    def test_the_session_in_the_docs_runs(self):
        page = Path(os.environ["PINPOINT_SOURCE"], "docs", "effects.md").read_text()
        (session,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
        printed = subprocess.run([sys.executable, "-c", session], cwd=self.folder.name, check=True,
                                 capture_output=True, text=True).stdout.splitlines()
        with self.open() as file:
            effect = file["effect/logit_diff"][:]
            layer, head = numpy.unravel_index(numpy.argmin(effect), effect.shape)
        self.assertEqual(len(printed), 5 + 1 + 3)  # five heads, the correlation, k = 1, 2, 4
        self.assertTrue(printed[0].startswith(f"layer {layer} head {head}: {effect.min():.4f} ["), printed[0])

    def test_effects_follow_from_the_recorded_logits(self):
        with self.open() as file:
            default, patched = file["default_logits"][:].astype(float), file["patched_logits"][:].astype(float)
            a, y = patched[..., 0], patched[..., 1]
            difference = (a - y) - (default[:, 0] - default[:, 1])[:, None, None]
            numpy.testing.assert_allclose(file["effect/logit_diff"][:], difference.mean(0), rtol=1e-12)
            error = difference.std(0, ddof=1) / numpy.sqrt(len(difference))
            numpy.testing.assert_allclose(file["effect_sem/logit_diff"][:], error, rtol=1e-12)
            before = numpy.exp(default[:, 0] - file["default_logsumexp"][:].astype(float))[:, None, None]
            after = numpy.exp(a - file["patched_logsumexp"][:].astype(float))
            percent = ((after - before) / before * 100).mean(0)
            numpy.testing.assert_allclose(file["effect/prob"][:], percent, rtol=1e-12)
            order = numpy.argsort(percent, axis=None, kind="stable")
            numpy.testing.assert_array_equal(file["ranking/prob"][:], numpy.stack(numpy.unravel_index(order, (3, 4)), 1))

    def test_every_axis_has_a_scale_and_its_name(self):
        data_sets = []
        with self.open() as file:
            file.visititems(lambda _, item: data_sets.append(item) if isinstance(item, h5py.Dataset) else None)
            self.assertGreater(len(data_sets), 40)
            for data_set in data_sets:
                for axis, dimension in enumerate(data_set.dims):
                    if h5py.h5ds.is_scale(data_set.id):
                        continue
                    self.assertEqual(len(dimension), 1, data_set.name)
                    self.assertEqual(dimension.label, dimension[0].name.rsplit("/", 1)[1])
                    self.assertEqual(len(dimension[0]), data_set.shape[axis])
            self.assertEqual([axis.label for axis in file["patched_logits"].dims],
                             ["sample", "layer", "head", "record_token"])

    def test_numbers_are_checksummed(self):
        with self.open() as file:
            self.assertTrue(file["patched_logits"].fletcher32)
            self.assertTrue(file["effect/logit_diff"].fletcher32)

    def test_text_and_types_are_plain(self):
        with self.open() as file:
            self.assertEqual(list(file["sample"].asstr()[:2]), ["pair-0", "pair-1"])
            self.assertEqual(list(file["record_token"].asstr()), ["apology", "confirm"])
            self.assertEqual(file["patched_logits"].dtype, numpy.float32)
            self.assertEqual(file["ranking/logit_diff"].dtype, numpy.int32)
            self.assertEqual(file.attrs["schema"], "effects")
            self.assertEqual(file.attrs["complete"], 1)
            self.assertEqual(list(file.attrs["hosts"]), ["node1", "node2"])
            self.assertRegex(file.attrs["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_a_partial_file_has_nan_for_unfinished_samples(self):
        with self.open("partial.h5") as file:
            self.assertEqual(file.attrs["complete"], 0)
            missing = numpy.isnan(file["patched_logits"][:]).all(axis=(1, 2, 3))
            self.assertEqual(missing.tolist(), [False] * 4 + [True] * 2)
            self.assertFalse(numpy.isnan(file["effect/logit_diff"][:]).any())


if __name__ == "__main__":
    unittest.main()
