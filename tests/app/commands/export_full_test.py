"""Checkpoints of every weight from outside: h5py reads them, check accepts them, export makes a model of one."""
import os
import subprocess

import h5py
import numpy as np

import pinpoint_cli as cli
from export_test import matrix, read_model, to_bf16
from tune_test import MODEL

TABLES = {"embedding": "model.embed_tokens.weight", "unembedding": "lm_head.weight", "final_norm": "model.norm.weight"}
NOT_A_VARIABLE = b"This is a netCDF dimension but not a netCDF variable."


class FullCheckpoint(cli.ProgramTest):
    def make(self, dtype="float32", **model):
        options = model if "family" in model else {**MODEL, **model}
        self.model = cli.random_llama(self.folder / "model", **options)
        self.out = self.folder / "out"
        subprocess.run([os.environ["PINPOINT_EXAMPLE_FULL_TUNING"], self.model, self.out, dtype], check=True,
                       capture_output=True)
        return self.out / "checkpoints" / "step-000003.h5"

    def export(self, *words):
        to = self.folder / f"exported{len(words)}"
        self.assert_status(cli.run("export", self.out, "--to", to, *words), 0)
        return to


class File(FullCheckpoint):
    def test_h5py_finds_a_tensor_as_the_description_says(self):
        with h5py.File(self.make()) as f:
            i = list(f["layer_part"].asstr()).index("q_proj")
            first, rows, columns = (f["layer_parts"][n][i] for n in ("first_element", "rows", "columns"))
            q_proj = f["full/layers.2/master"][first:first + rows * columns].reshape(rows, columns)
            self.assertEqual((first, q_proj.shape), (32, (32, 32)))
            self.assertEqual(f["layer_parts/tensor"].asstr()[i], "self_attn.q_proj.weight")
            last = len(f["layer_part"]) - 1
            self.assertEqual(f["layer_part"].asstr()[last], "down_proj")
            end = sum(f["layer_parts"][n][last] * (f["layer_parts/columns"][last] if n == "rows" else 1)
                      for n in ("first_element", "rows"))
            self.assertEqual(f["full/layers.0/exp_avg"].shape, (end,))
            self.assertEqual(f["full/embedding/master"].size, f.attrs["vocabulary"] * len(f["width"]))

    def test_scales_of_vectors_take_no_room(self):
        with h5py.File(self.make()) as f:
            for name in ("layer_element", "table_element"):
                self.assertTrue(h5py.h5ds.is_scale(f[name].id))
                self.assertEqual(f[name].id.get_storage_size(), 0)
                self.assertTrue(f[name].attrs["NAME"].startswith(NOT_A_VARIABLE))
            self.assertEqual(f["full/layers.1/master"].dims[0].label, "layer_element")
            self.assertEqual(f["full/layers.1/master"].dims[0][0], f["layer_element"])

    def test_xarray_reads_it(self):
        try:
            import xarray
            import h5netcdf  # pylint: disable=unused-import
        except ImportError:
            self.skipTest("needs xarray and h5netcdf")
        path = self.make()
        with xarray.open_dataset(path, group="full/layers.1", engine="h5netcdf") as vectors:
            self.assertEqual(vectors["master"].dims, ("layer_element",))
            with h5py.File(path) as f:
                np.testing.assert_array_equal(vectors["exp_avg"].values, f["full/layers.1/exp_avg"][()])
        with xarray.open_dataset(path, group="layer_parts", engine="h5netcdf") as parts:
            self.assertEqual(parts["rows"].dims, ("layer_part",))

    def check(self, path):
        result = cli.run("check", path)
        return result.status, result.output.splitlines()

    def test_check_knows_it(self):
        path = self.make()
        self.assertEqual(self.check(path), (0, [f"{path}: ok"]))
        with h5py.File(path, "a") as f:
            f["full/embedding/master"][5] = np.nan
            del f["full/layers.1/exp_avg"]
            del f["full/final_norm/exp_avg_sq"]
            f["layer_element"].attrs.modify("NAME", np.bytes_("layer_element"))
        status, lines = self.check(path)
        self.assertEqual(status, 2)
        for problem in ("data set full/layers.1/exp_avg is missing; make the file again",
                        "data set full/final_norm/exp_avg_sq is missing; make the file again",
                        "data set full/embedding/master holds nan at value 5",
                        "axis layer_element has values, but should have only a length"):
            self.assertIn(f"{path}: {problem}", lines)

    def test_check_finds_a_changed_byte(self):
        path = self.make()
        damaged = bytearray(path.read_bytes())
        damaged[len(damaged) // 2] ^= 16
        path.write_bytes(damaged)
        status, lines = self.check(path)
        self.assertEqual((status, len(lines)), (2, 1))
        self.assertIn("is damaged", lines[0])


class Export(FullCheckpoint):
    def expected(self, path):
        """Every tensor's float32 master from the checkpoint. The parts of fused tensors are joined."""
        pieces = {}
        with h5py.File(path) as f:
            parts = f["layer_parts"]
            for layer in (name for name in f["full"] if name.startswith("layers.")):
                master = f["full"][layer]["master"][()]
                for tensor, row, first, rows, columns in zip(
                        parts["tensor"].asstr()[()], parts["tensor_row"], parts["first_element"], parts["rows"],
                        parts["columns"]):
                    values = master[first:first + rows * columns]
                    pieces.setdefault(f"{self.prefix}.{layer.split('.')[1]}.{tensor}", []).append((row, values))
            masters = {name: np.concatenate([values for _, values in sorted(rows, key=lambda piece: piece[0])])
                       for name, rows in pieces.items()}
            for vector, tensor in self.tables.items():
                if f"full/{vector}" in f:
                    masters[tensor] = f["full"][vector]["master"][()]
        return masters

    def compare(self, dtype="float32", **model):
        self.prefix = "transformer.h" if model.get("family") == "qwen" else "model.layers"
        self.tables = TABLES if self.prefix == "model.layers" else {
            "embedding": "transformer.wte.weight", "unembedding": "lm_head.weight",
            "final_norm": "transformer.ln_f.weight"}
        expected = self.expected(self.make(dtype, **model))
        before, after = read_model(self.model), read_model(self.export())
        changed = read_model(self.export("--changed-only"))
        self.assertEqual(list(before), list(after))
        self.assertEqual(sorted(expected), sorted(before), "every tensor is tuned")
        self.assertEqual(changed, after)
        for name, (_, shape, _) in before.items():
            is_matrix = len(shape) == 2
            kind = "BF16" if dtype == "bf16" and is_matrix else "F32"
            self.assertEqual(after[name][:2], (kind, shape), name)
            data = to_bf16(expected[name]).tobytes() if kind == "BF16" else expected[name].tobytes()
            self.assertEqual(after[name][2], data, name)
            self.assertEqual(matrix(after[name]).shape, shape)
        self.assertEqual((self.folder / "exported0" / "config.json").read_bytes(),
                         (self.model / "config.json").read_bytes())

    def test_float32(self):
        self.compare()

    def test_bf16_of_float32_in_three_files(self):
        self.compare("bf16", shards=3)

    def test_tied_embeddings(self):
        self.compare("bf16", tied=True)

    def test_a_realistic_model(self):
        self.compare("bf16", realistic=True)

    def test_biases(self):
        self.compare("bf16", family="qwen2")

    def test_a_fused_matrix(self):
        self.compare("bf16", family="qwen")

    def test_norms_of_heads(self):
        self.compare(family="qwen3")

    def test_of_other_weights_is_refused(self):
        self.make()
        weights = self.model / "model.safetensors"
        changed = bytearray(weights.read_bytes())
        changed[-4] ^= 1
        weights.write_bytes(changed)
        self.assert_user_error(cli.run("export", self.out, "--to", self.folder / "x"), "weights that were tuned")


if __name__ == "__main__":
    cli.main()
