"""The export command writes the tuned model as an HF directory. The tests read it only with numpy."""
import json
import shutil

import h5py
import numpy as np

import pinpoint_cli as cli
from tune_test import MODEL, Tune


def read_safetensors(path):
    """Every tensor's type, shape and bytes, in the order of the file."""
    blob = path.read_bytes()
    size = int.from_bytes(blob[:8], "little")
    header = json.loads(blob[8:8 + size])
    header.pop("__metadata__", None)
    return {name: (entry["dtype"], tuple(entry["shape"]),
                   blob[8 + size + entry["data_offsets"][0]:8 + size + entry["data_offsets"][1]])
            for name, entry in header.items()}


def read_model(folder):
    tensors = {}
    for file in sorted(folder.glob("*.safetensors")):
        tensors.update(read_safetensors(file))
    return tensors


def to_bf16(x):
    """Rounded to nearest, ties to even, as 16-bit patterns."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def matrix(stored):
    dtype, shape, data = stored
    if dtype == "F32":
        return np.frombuffer(data, np.float32).reshape(shape).copy()
    assert dtype == "BF16", dtype
    return (np.frombuffer(data, np.uint16).astype(np.uint32) << 16).view(np.float32).reshape(shape)


class ExportTest(Tune):
    def export(self, out, name, *words, ranks=None, expect=0):
        result = cli.run("export", out, "--to", self.folder / name, *words, ranks=ranks)
        self.assert_status(result, expect)
        return self.folder / name


class Export(ExportTest):
    def expected(self, out, model, dtype):
        """The values that the tuned tensors must have, from the checkpoint."""
        changed = {}
        with h5py.File(self.newest(out)) as h5:
            for layer in h5["tuned"]:
                group = h5["tuned"][layer]
                for name in ("q_proj", "o_proj", "k_proj", "v_proj"):
                    if name not in group:
                        continue
                    tensor = f"model.{layer}.self_attn.{name}.weight"
                    whole = matrix(model[tensor])
                    blocks = group["group" if name in ("k_proj", "v_proj") else "head"][()]
                    for values, place in zip(group[name][()], blocks):
                        rows = slice(8 * place, 8 * place + 8)
                        if name == "o_proj":
                            whole[:, rows] = values
                        else:
                            whole[rows] = values
                    changed[tensor] = to_bf16(whole).tobytes() if dtype == "bf16" else whole.tobytes()
        return changed

    def check(self, computed_in, **model):
        self.model = cli.random_llama(self.folder / "other", **MODEL, **model)
        (self.model / "tokenizer_config.json").write_text("{}")
        out = self.tune("out", dtype=computed_in, train_kv=True)
        exported = self.export(out, "exported", ranks=2)
        before, after = read_model(self.model), read_model(exported)
        self.assertEqual(list(before), list(after))
        expected = self.expected(out, before, computed_in)
        self.assertEqual(len(expected), 8)
        for name in before:
            if name in expected:
                self.assertEqual(after[name][0], "BF16" if computed_in == "bf16" else "F32")
                self.assertEqual(after[name][2], expected[name], name)
                self.assertNotEqual(after[name][2], before[name][2], name)
            else:
                self.assertEqual(after[name], before[name], name)
        for name in ("config.json", "tokenizer_config.json"):
            self.assertEqual((exported / name).read_bytes(), (self.model / name).read_bytes())
        changed = self.export(out, "changed", "--changed-only")
        self.assertEqual([path.name for path in changed.iterdir()], ["changed.safetensors"])
        self.assertEqual({name: data for name, (_, _, data) in read_model(changed).items()}, expected)

    def test_float32_in_one_file(self):
        self.check("float32")

    def test_bf16_in_three_files_with_an_index(self):
        self.check("bf16", dtype="bf16", shards=3)
        index = json.loads((self.folder / "exported" / "model.safetensors.index.json").read_text())
        for name, file in index["weight_map"].items():
            self.assertIn(name, read_safetensors(self.folder / "exported" / file))

    def test_bf16_of_float32_files(self):
        self.check("bf16")

    def test_bf16_of_a_realistic_model(self):
        self.check("bf16", dtype="bf16", realistic=True)

    def test_the_exported_model_has_the_tuned_models_loss(self):
        """Bit for bit, in bf16 too: export rounds the slices as the passes of the tuning do."""
        for dtype, name in zip(("float32", "bf16"), self.models()):
            out = self.tune(f"{name}-out", keep=9, checkpoint_every=1, dtype=dtype)
            self.model = self.export(out, f"{name}-exported", "--step", "4")
            again = self.steps(self.tune(f"{name}-again", max_lr=1e-30, weight_decay=0, dtype=dtype))  # nothing moves
            self.assertEqual(again[4]["loss"], self.steps(out)[4]["loss"])
            self.assertNotEqual(again[3]["loss"], self.steps(out)[3]["loss"])

    def test_what_is_refused(self):
        self.assert_user_error(cli.run("export", self.folder / "nowhere", "--to", self.folder / "x"), "checkpoint")
        out = self.tune("out")
        self.assert_user_error(cli.run("export", out, "--to", self.model), "--to")
        self.assert_user_error(cli.run("export", out, "--to", self.folder / "x", "--step", "3"), "step-000003.h5")
        weights = self.model / "model.safetensors"
        changed = bytearray(weights.read_bytes())
        changed[-4] ^= 1
        weights.write_bytes(changed)
        self.assert_user_error(cli.run("export", out, "--to", self.folder / "x"), "weights that were tuned")
        shutil.rmtree(self.model)
        self.assert_user_error(cli.run("export", out, "--to", self.folder / "x"), "model")


if __name__ == "__main__":
    cli.main()
