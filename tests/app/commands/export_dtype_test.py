"""The types of exported tensors, and the type that config.json states: nothing of a tuning is lost when it is loaded."""
import json
import re

import numpy as np

import pinpoint_cli as cli
from export_test import ExportTest, matrix, read_model, to_bf16
from tune_test import MODEL

TYPES = {"F32": np.float32, "F16": np.float16}


def values(stored):
    """Of a tensor of any floating type, as float32."""
    dtype, shape, data = stored
    if dtype == "BF16":
        return matrix(stored)
    return np.frombuffer(data, TYPES[dtype]).reshape(shape).astype(np.float32)


def types(model):
    return {dtype for dtype, _, _ in model.values()}


def edit_model(folder, edit):
    """Rewrites the one file of a model: `edit` changes the dictionary of types, shapes and bytes."""
    path = folder / "model.safetensors"
    tensors = read_model(folder)
    edit(tensors)
    header, data = {}, b""
    for name, (dtype, shape, raw) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


class Types(ExportTest):
    def make(self, stored, computed_in, steps=9, **tune):
        self.model = cli.random_llama(self.folder / f"{stored}-{computed_in}", **MODEL, dtype={"float16": "f16", "bf16": "bf16"}[stored])
        self.before = read_model(self.model)
        return self.tune("out", dtype=computed_in, max_lr=1e-4, **tune)

    def stated(self, folder):
        return json.loads((folder / "config.json").read_text())["torch_dtype"]

    def logged(self, out, name, *words):
        result = cli.run("export", out, "--to", self.folder / name, *words)
        self.assert_status(result, 0)
        return self.folder / name, result.errors

    def changed(self, exported):
        return [name for name in self.before if exported[name][2] != self.before[name][2]]

    def test_a_float32_tuning_of_a_bf16_model(self):
        out = self.make("bf16", "float32")
        folder, log = self.logged(out, "exported")
        exported = read_model(folder)
        self.assertEqual(self.stated(folder), "float32")
        self.assertIn("config.json states float32, where the model's own states bfloat16", log)
        # What would be lost, calculated again.
        changed = self.changed(exported)
        self.assertEqual({exported[name][0] for name in changed}, {"F32"})
        self.assertEqual(len(changed), 4)  # W_q and W_o of two layers
        old = np.concatenate([values(self.before[name]).ravel() for name in changed]).astype(float)
        new = np.concatenate([values(exported[name]).ravel() for name in changed])
        rounded = (to_bf16(new).astype(np.uint32) << 16).view(np.float32).astype(float)
        lost = np.linalg.norm(rounded - new) / np.linalg.norm(new - old)
        undone = np.mean(rounded[new != old] == old[new != old])
        self.assertGreater(undone, 0.5)
        found = re.search(r"rounding to bfloat16 \(--dtype bf16\) would lose (\S+) % of the update; (\S+) % of the "
                          r"changed weights would have their old value", log)
        self.assertEqual((found[1], found[2]), (f"{100 * lost:.3g}", f"{100 * undone:.3g}"))

    def test_bf16_on_request(self):
        out = self.make("bf16", "float32")
        exact = read_model(self.export(out, "exact"))
        folder, log = self.logged(out, "rounded", "--dtype", "bf16")
        rounded = read_model(folder)
        self.assertEqual(types(rounded), {"BF16"})
        self.assertEqual((folder / "config.json").read_bytes(), (self.model / "config.json").read_bytes())
        self.assertIn("rounding to bfloat16 (--dtype bf16) lost", log)
        for name, tensor in exact.items():
            expected = to_bf16(values(tensor)).tobytes() if tensor[0] == "F32" else tensor[2]
            self.assertEqual(rounded[name][2], expected, name)
        changed = read_model(self.export(out, "changed", "--changed-only", "--dtype", "bf16"))
        self.assertEqual(len(changed), 4)
        for name, tensor in changed.items():
            self.assertEqual(tensor, rounded[name], name)

    def test_float32_on_request_in_three_files(self):
        self.model = cli.random_llama(self.folder / "three", **MODEL, dtype="bf16", shards=3)
        self.before = read_model(self.model)
        path = self.model / "model.safetensors.index.json"
        index = {"metadata": {"total_size": 1}, "weight_map": json.loads(path.read_text())["weight_map"]}
        path.write_text(json.dumps(index))
        folder, log = self.logged(self.tune("out", dtype="bf16", max_lr=1e-2), "exported", "--dtype", "float32")
        exported = read_model(folder)
        self.assertEqual((types(exported), self.stated(folder)), ({"F32"}, "float32"))
        self.assertNotIn("rounding", log, "bf16 holds every value")
        self.assertEqual(len([name for name in exported if not np.array_equal(values(exported[name]),
                                                                              values(self.before[name]))]), 4)
        index = json.loads((folder / "model.safetensors.index.json").read_text())
        self.assertEqual(index["metadata"]["total_size"], sum(len(data) for _, _, data in exported.values()))

    def test_a_bf16_tuning_keeps_the_config(self):
        out = self.make("bf16", "bf16")
        folder, log = self.logged(out, "exported")
        self.assertEqual(types(read_model(folder)), {"BF16"})
        self.assertEqual((folder / "config.json").read_bytes(), (self.model / "config.json").read_bytes())
        self.assertNotIn("config.json states", log)

    def test_a_bf16_tuning_of_a_float16_model(self):
        out = self.make("float16", "bf16")
        folder = self.export(out, "exported")
        exported = read_model(folder)
        self.assertEqual({exported[name][0] for name in self.changed(exported)}, {"BF16"})
        self.assertEqual(types(exported), {"BF16", "F16"})
        self.assertEqual(self.stated(folder), "float32", "only float32 holds both")
        half = self.export(out, "half", "--dtype", "float16")
        self.assertEqual((half / "config.json").read_bytes(), (self.model / "config.json").read_bytes())
        for name, tensor in read_model(half).items():
            self.assertEqual(tensor[0], "F16")
            expected = values(exported[name]).astype(np.float16).tobytes()
            self.assertEqual(tensor[2], expected, name)

    def test_a_config_without_a_type(self):
        """transformers takes the type of the first tensor. That is right unless they differ."""
        for stored, computed_in, expected in ("bf16", "bf16", None), ("bf16", "float32", "float32"):
            self.model = cli.random_llama(self.folder / f"plain-{computed_in}", **MODEL, dtype=stored)
            config = json.loads((self.model / "config.json").read_text())
            del config["torch_dtype"]
            (self.model / "config.json").write_text(json.dumps(config))
            folder = self.export(self.tune(f"out-{computed_in}", dtype=computed_in), f"to-{computed_in}")
            self.assertEqual(json.loads((folder / "config.json").read_text()).get("torch_dtype"), expected)

    def test_every_weight_in_bf16(self):
        """Norms are tuned in float32, so that only float32 holds all weights."""
        out = self.make("bf16", "bf16", method="sft", select=None)
        folder = self.export(out, "exported")
        self.assertEqual((types(read_model(folder)), self.stated(folder)), ({"BF16", "F32"}, "float32"))
        rounded = self.export(out, "rounded", "--dtype", "bf16")
        self.assertEqual((types(read_model(rounded)), self.stated(rounded)), ({"BF16"}, "bfloat16"))

    def test_a_value_out_of_range_is_refused_before_anything_is_written(self):
        self.model = cli.random_llama(self.folder / "large", **MODEL)

        def enlarge(tensors):
            norm = np.ones(MODEL["width"], np.float32)
            norm[3] = 65520  # the smallest that rounds to infinity; 65519.99 rounds to 65504
            tensors["model.norm.weight"] = ("F32", norm.shape, norm.tobytes())

        edit_model(self.model, enlarge)
        out = self.tune("out")
        result = cli.run("export", out, "--to", self.folder / "x", "--dtype", "float16")
        self.assert_user_error(result, "\"model.norm.weight\"", "65520", "float16 cannot hold", "--dtype")
        self.assertEqual(list((self.folder / "x").iterdir()), [])
        self.export(out, "x", "--dtype", "bf16")

    def test_another_type_is_refused(self):
        self.assert_user_error(cli.run("export", self.folder, "--to", self.folder / "x", "--dtype", "int8"),
                               "--dtype", "bf16, float16 or float32")

    def test_tensors_that_nothing_reads_keep_their_bytes(self):
        stray = {"model.layers.0.self_attn.masked_bias": ("F32", (), np.float32(-np.inf).tobytes()),
                 "buffer": ("F32", (2,), np.array([np.nan, 1e30], np.float32).tobytes()),
                 "packed": ("U32", (3,), bytes(range(12))), "eight": ("F8_E4M3", (3,), b"\x7f\xff\x00"),
                 "complex": ("C64", (1,), b"\xff" * 8), "unknown": ("X9", (7,), b"123"),
                 "double": ("F64", (1,), np.float64(np.inf).tobytes())}
        out = None
        for dtype in (), ("--dtype", "bf16"), ("--dtype", "float32"):
            if out is None:
                edit_model(self.model, lambda tensors: tensors.update(stray))
                out = self.tune("out")
            exported = read_model(self.export(out, f"exported{dtype}", *dtype))
            for name, tensor in stray.items():
                self.assertEqual(exported[name], tensor, name)


if __name__ == "__main__":
    cli.main()
