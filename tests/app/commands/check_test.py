"""Output and exit status of `pinpoint check`."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import h5py


class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        subprocess.run([os.environ["PINPOINT_EXAMPLE_EFFECTS"], self.folder], check=True)
        self.effects = self.folder / "effects.h5"

    def check(self, *files):
        run = subprocess.run([os.environ["PINPOINT"], "check", *files], capture_output=True, text=True)
        return run.returncode, run.stdout.splitlines()

    def expect_problem(self, problem):
        status, lines = self.check(self.effects)
        self.assertEqual(status, 2)
        self.assertIn(f"{self.effects}: {problem}", lines)

    def test_good_files_are_ok(self):
        files = [self.effects, self.folder / "partial.h5", self.folder / "sweep.parts" / "0000.h5"]
        self.assertEqual(self.check(*files), (0, [f"{file}: ok" for file in files]))

    def test_one_bad_file_among_good_ones_decides(self):
        copy = self.folder / "short.h5"
        copy.write_bytes(self.effects.read_bytes()[:50000])
        status, lines = self.check(copy, self.effects)
        self.assertEqual(status, 2)
        self.assertEqual(len(lines), 2)
        self.assertIn("truncated", lines[0])
        self.assertEqual(lines[1], f"{self.effects}: ok")

    def test_a_missing_file_is_named(self):
        status, lines = self.check(self.folder / "none.h5")
        self.assertEqual(status, 2)
        self.assertIn("No such file", lines[0])

    def test_a_missing_data_set(self):
        with h5py.File(self.effects, "a") as file:
            del file["effect_sem/prob"]
        self.expect_problem("data set effect_sem/prob is missing; make the file again")

    def test_a_data_set_that_does_not_belong(self):
        with h5py.File(self.effects, "a") as file:
            file["mine"] = [1, 2]
        self.expect_problem("data set mine is not part of a file of kind effects")

    def test_a_missing_attribute(self):
        with h5py.File(self.effects, "a") as file:
            del file.attrs["noise_floor"]
        self.expect_problem("attribute noise_floor is missing; make the file again")

    def test_an_attribute_of_another_type(self):
        with h5py.File(self.effects, "a") as file:
            file.attrs["bootstrap"] = "many"
        self.expect_problem("attribute bootstrap is text where int64 belongs")

    def test_another_version(self):
        with h5py.File(self.effects, "a") as file:
            file.attrs.modify("schema_version", 1)
        self.expect_problem("schema_version is 1, this program knows 2 of kind effects")

    def test_an_axis_without_its_scale(self):
        with h5py.File(self.effects, "a") as file:
            file["effect/prob"].dims[1].detach_scale(file["head"])
        self.expect_problem("data set effect/prob: axis 1 has no scale where scale head belongs")

    def test_a_shape_that_disagrees_with_its_scale(self):
        with h5py.File(self.effects, "a") as file:
            del file["reference_length"]
            lengths = file.create_dataset("reference_length", data=[1, 2, 3], dtype="i4", chunks=(3,), fletcher32=True)
            lengths.dims[0].attach_scale(file["sample"])
        self.expect_problem("data set reference_length: axis 0 has size 3, its scale sample has 6")

    def test_a_head_that_is_ranked_twice(self):
        with h5py.File(self.effects, "a") as file:
            file["ranking/prob"][3] = file["ranking/prob"][0]
        self.expect_problem("data set ranking/prob: row 3 occurs twice")

    def test_nan_in_a_file_that_is_complete(self):
        with h5py.File(self.effects, "a") as file:
            file["default_logits"][2] = float("nan")
        self.expect_problem("data set default_logits holds NaN, yet the file says that it is complete")

    def test_a_file_without_a_seal_is_not_called_sealed(self):
        with h5py.File(self.effects, "a") as file:
            file.attrs.modify("bootstrap", file.attrs["bootstrap"])
        status, lines = self.check(self.effects)
        self.assertEqual((status, len(lines)), (0, 1))
        self.assertIn(f"{self.effects}: ok, but without a seal (another program changed the file", lines[0])

    def test_a_damaged_seal_is_found(self):
        whole = (self.folder / "sweep.parts" / "0000.h5").read_bytes()
        sealed = whole.rindex(b"\npinpoint xxh3")
        broken = []
        for place in range(sealed, len(whole)):
            for bits in (1, 255):
                broken.append(self.folder / f"seal-{place}-{bits}.h5")
                broken[-1].write_bytes(whole[:place] + bytes([whole[place] ^ bits]) + whole[place + 1:])
        status, lines = self.check(*broken)
        self.assertEqual(status, 2)
        self.assertEqual(lines, [f"{file}: is damaged (its bytes are not those that were written); make it again"
                                 for file in broken])

    def test_damage_anywhere_is_survived(self):
        whole = (self.folder / "sweep.parts" / "0000.h5").read_bytes()
        sealed = whole.rindex(b"\npinpoint xxh3")  # cut here, the file loses only its seal
        broken = []
        for place in range(0, sealed, sealed // 100):
            for kind, content in (("cut", whole[:place]),
                                  ("changed", whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1:])):
                broken.append(self.folder / f"{kind}-{place}.h5")
                broken[-1].write_bytes(content)
        status, lines = self.check(*broken)
        self.assertEqual(status, 2)
        for file in broken:
            said = [line for line in lines if line.startswith(f"{file}: ")]
            self.assertTrue(said, file)
            if file.name.startswith("cut"):
                self.assertNotIn(f"{file}: ok", said)


if __name__ == "__main__":
    unittest.main()
