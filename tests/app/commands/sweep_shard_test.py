"""Sweeps with weights on disk or in host memory, and with shared layers: the same bits, and what is refused."""
import json
import math
import os
import re
import signal
import struct
import time
import unittest

import pinpoint_cli as cli

MODEL = {"layers": 4, "heads": 4, "kv_heads": 2, "width": 32, "mlp_width": 48, "vocabulary": 9000, "pairs": 7,
         "tokens": 20, "dtype": "bf16", "shards": 2}


def make_sparse_model(folder, **shape):
    """Gives the model in `folder` another shape. The file of its weights has holes instead of values."""
    config = {**json.loads((folder / "config.json").read_text()), **shape}
    d, mlp = config["hidden_size"], config["intermediate_size"]
    e = config.get("head_dim") or d // config["num_attention_heads"]
    config["head_dim"] = e
    queries, keys = config["num_attention_heads"] * e, config["num_key_value_heads"] * e
    shapes = {"model.embed_tokens.weight": [config["vocab_size"], d], "lm_head.weight": [config["vocab_size"], d],
              "model.norm.weight": [d]}
    for layer in range(config["num_hidden_layers"]):
        for name, size in {"self_attn.q_proj": [queries, d], "self_attn.k_proj": [keys, d],
                           "self_attn.v_proj": [keys, d], "self_attn.o_proj": [d, queries], "mlp.gate_proj": [mlp, d],
                           "mlp.up_proj": [mlp, d], "mlp.down_proj": [d, mlp], "input_layernorm": [d],
                           "post_attention_layernorm": [d]}.items():
            shapes[f"model.layers.{layer}.{name}.weight"] = size
    header, end = {}, 0
    for name, size in shapes.items():
        begin, end = end, end + 2 * math.prod(size)
        header[name] = {"dtype": "BF16", "shape": size, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    for file in folder.glob("*.safetensors*"):
        file.unlink()
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)
    (folder / "config.json").write_text(json.dumps(config))


class Shard(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", **MODEL)

    def config(self, name, dtype="float32", arithmetic="auto", **parallel):
        path = cli.write_config(self.folder / f"{name}.yaml", self.model, self.folder / name, dtype=dtype, tile_rows=4,
                                block=4, arithmetic=arithmetic)
        path.write_text(json.dumps({**json.loads(path.read_text()), "parallel": parallel}))
        return path

    def sweep(self, name, ranks, **options):
        result = cli.run("sweep", self.config(name, **options), ranks=ranks)
        self.assert_status(result, 0)
        return result.errors, self.folder / name / "effects.h5"


class Bits(Shard):
    """Every combination, in both dtypes, on a model like a trained one; also groups of 2 among 4 ranks."""

    ALL = [(1, [1]), (2, [1, 2]), (3, ["world"]), (4, [2, "node"])]

    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "realistic", **MODEL, realistic=True)

    def compare(self, groups, places, **options):
        _, whole = self.sweep("whole", None, **options)
        for ranks, shards in groups:
            for shard in shards:
                for weights in places:
                    name = f"{ranks}-{shard}-{weights}"
                    with self.subTest(name):
                        self.assert_same_bits(whole, self.sweep(name, ranks, **options, shard=shard,
                                                                weights=weights)[1])

    def test_float32(self):
        self.compare(self.ALL, ["device", "host", "disk"], dtype="float32")

    def test_differences_of_bf16_weights(self):
        self.compare(self.ALL, ["device", "host", "disk"], dtype="bf16", arithmetic="difference")

    def test_float32_rows_of_bf16_weights(self):
        self.compare([(3, ["world"]), (4, [2])], ["device", "disk"], dtype="bf16", arithmetic="float32")

    def test_bf16_rows(self):
        self.compare([(4, [2])], ["device", "disk"], dtype="bf16", arithmetic="bf16")

    def test_restart_with_other_settings(self):
        _, whole = self.sweep("whole", None)
        self.sweep("out", 2, shard=2, weights="disk")
        os.remove(self.folder / "out" / "sweep.parts" / "0001.h5")
        self.assert_same_bits(whole, self.sweep("out", 3, shard=1, weights="host")[1])


class Identity(Shard):
    def test_ranks_that_read_parts_of_a_file_know_the_whole(self):
        """model_sha256 does not depend on which rank reads what, with or without cached checksums."""
        import h5py
        found = set()
        for number, (ranks, options) in enumerate([(None, {}), (2, {"shard": 2}), (3, {"shard": 3, "weights": "disk"}),
                                                   (4, {"shard": 2})]):
            os.environ["XDG_CACHE_HOME"] = str(self.folder / f"cache-{number}")
            with h5py.File(self.sweep(f"out-{number}", ranks, **options)[1]) as h5:
                found.add(h5.attrs["model_sha256"])
        self.assertEqual(len(found), 1)


class Refused(Shard):
    def test_a_shard_that_does_not_divide_the_ranks(self):
        self.assert_user_error(cli.run("sweep", self.config("out", shard=2), ranks=3), "parallel.shard", "2", "3")

    def test_a_damaged_weight_is_found_before_the_walk_also_on_disk(self):
        file = sorted(self.model.glob("*.safetensors"))[1]
        data = bytearray(file.read_bytes())
        data[-1], data[-2] = 0x7F, 0xC0  # a NaN in bf16
        file.write_bytes(data)
        for weights in ("device", "disk"):
            self.assert_user_error(cli.run("sweep", self.config("out", shard=2, weights=weights), ranks=2), file.name,
                                   "NaN")

    def test_less_memory_than_needed_is_refused_before_anything_is_loaded(self):
        make_sparse_model(self.model, hidden_size=8192, intermediate_size=200000, num_hidden_layers=100)
        self.assert_user_error(cli.run("sweep", self.config("out", weights="device", shard=1), ranks=2), "GB", "shard")


class Loss(Shard):
    def test_a_rank_that_dies_in_a_gather_ends_the_job_within_seconds(self):
        self.model = cli.random_llama(self.folder / "large", **{**MODEL, "layers": 8, "width": 256, "mlp_width": 1024,
                                                                "pairs": 200, "tokens": 40})
        for weights in ("device", "disk"):
            process = cli.start("sweep", self.config(f"out-{weights}", shard=3, weights=weights), ranks=3)
            try:
                parts = self.folder / f"out-{weights}" / "sweep.parts"
                self.assertTrue(cli.wait_for(lambda: parts.is_dir() and any(parts.glob("*.h5"))))
                os.kill(cli.rank_processes(process.pid)[1], signal.SIGKILL)
                start = time.monotonic()
                self.assertEqual(process.wait(timeout=60), 137)
                self.assertLess(time.monotonic() - start, 10)
            finally:
                process.kill()
                process.stderr.close()

    def test_a_file_that_shrinks_while_it_is_read(self):
        self.model = cli.random_llama(self.folder / "large", **{**MODEL, "layers": 8, "width": 256, "mlp_width": 1024,
                                                                "pairs": 200, "tokens": 40, "shards": 1})
        process = cli.start("sweep", self.config("out", shard=2, weights="disk"), ranks=2)
        try:
            parts = self.folder / "out" / "sweep.parts"
            self.assertTrue(cli.wait_for(lambda: parts.is_dir() and any(parts.glob("*.h5"))))
            os.truncate(self.model / "model.safetensors", 100000)
            self.assertEqual(process.wait(timeout=60), 2)
            errors = process.stderr.read()
            self.assertRegex(errors, r"model\.safetensors: ends at byte \d+ .*cut or replaced")
        finally:
            process.kill()
            process.stderr.close()


class Told(Shard):
    def test_what_moved_is_logged(self):
        errors, _ = self.sweep("out", 2, shard=2, weights="disk")
        self.assertTrue(re.search(r"weights: at most .* received from other ranks", errors), errors)


if __name__ == "__main__":
    cli.main()
