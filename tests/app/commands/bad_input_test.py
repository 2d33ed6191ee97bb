"""Bad input or a bad output folder gives exit status 2 and one message that says what is wrong and where."""
import base64
import json
import os
import shutil
import struct
import subprocess
import unittest

import numpy as np

import pinpoint_cli as cli

MODEL = {"layers": 2, "heads": 2, "kv_heads": 2, "width": 16, "mlp_width": 24, "vocabulary": 40, "pairs": 3,
         "tokens": 10}


def read_header(file):
    blob = file.read_bytes()
    size = struct.unpack("<Q", blob[:8])[0]
    return json.loads(blob[8:8 + size]), blob[8 + size:]


def write_header(file, header, data):
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + data)


class BadInput(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = cli.random_llama(self.folder / "model", **MODEL)
        self.weights = self.model / "model.safetensors"
        self.pairs = self.model / "pairs.jsonl"
        self.config = cli.write_config(self.folder / "config.yaml", self.model, self.folder / "out")

    def refused(self, *told, words=(), ranks=None):
        self.assert_user_error(cli.run("sweep", self.config, *words, ranks=ranks), *told)
        self.assertFalse((self.folder / "out" / "effects.h5").exists())

    def change_header(self, change):
        header, data = read_header(self.weights)
        change(header)
        write_header(self.weights, header, data)

    def change_config(self, change):
        file = self.model / "config.json"
        config = json.loads(file.read_text())
        change(config)
        file.write_text(json.dumps(config))


class Weights(BadInput):
    tensor = "model.layers.1.mlp.up_proj.weight"

    def test_missing(self):
        self.weights.unlink()
        self.refused("model.safetensors")

    def test_truncated(self):
        self.weights.write_bytes(self.weights.read_bytes()[:-100])
        self.refused("model.safetensors")

    def test_header_larger_than_the_file(self):
        blob = self.weights.read_bytes()
        self.weights.write_bytes(struct.pack("<Q", 1 << 40) + blob[8:])
        self.refused("model.safetensors", "header")

    def test_overlapping_offsets(self):
        def overlap(header):
            other = header["model.layers.0.mlp.up_proj.weight"]["data_offsets"]
            header[self.tensor]["data_offsets"] = list(other)
        self.change_header(overlap)
        self.refused("model.safetensors")

    def test_offsets_out_of_range(self):
        def move(header):
            begin, end = header[self.tensor]["data_offsets"]
            header[self.tensor]["data_offsets"] = [begin + (1 << 30), end + (1 << 30)]
        self.change_header(move)
        self.refused("model.safetensors", self.tensor)

    def test_wrong_shape(self):
        self.change_header(lambda header: header[self.tensor].update(shape=[16, 24]))
        self.refused(self.tensor, "24", "16")

    def test_unknown_dtype(self):
        self.change_header(lambda header: header[self.tensor].update(dtype="F7"))
        self.refused("F7")

    def test_missing_tensor(self):
        def rename(header):
            header["something.else"] = header.pop(self.tensor)
        self.change_header(rename)
        self.refused(self.tensor)

    def test_nan_from_any_number_of_ranks(self):
        header, data = read_header(self.weights)
        data = bytearray(data)
        begin = header[self.tensor]["data_offsets"][0]
        data[begin + 20:begin + 24] = np.float32(np.nan).tobytes()
        write_header(self.weights, header, bytes(data))
        for ranks in (None, 3):
            self.refused(self.tensor, "NaN", ranks=ranks)


class ModelConfig(BadInput):
    def test_unknown_architecture(self):
        self.change_config(lambda config: config.update(model_type="gpt2"))
        self.refused("config.json", "gpt2", "llama")

    def test_missing_key(self):
        self.change_config(lambda config: config.pop("num_attention_heads"))
        self.refused("config.json", "num_attention_heads")

    def test_head_width_that_does_not_fit_the_weights(self):
        self.change_config(lambda config: config.update(head_dim=6))
        self.refused("model.safetensors", "self_attn.q_proj.weight", "[12, 16]", "config.json")

    def test_vocabulary_smaller_than_the_embedding(self):
        self.change_config(lambda config: config.update(vocab_size=20))
        self.pairs.write_text('{"reference_tokens": [1, 2], "counterfactual_tokens": [1, 3]}\n')
        self.refused("model.safetensors", "model.embed_tokens.weight", "[20, 16]", "config.json")

    def test_what_cannot_be_run(self):
        for key, value, told in [("num_local_experts", 8, "a mixture of experts"),
                                 ("quantization_config", {"bits": 4}, "quantised weights"),
                                 ("rope_scaling", {"rope_type": "yarn", "factor": 4.0}, "yarn")]:
            self.change_config(lambda config, key=key, value=value: config.update({key: value}))
            self.refused("config.json", key, told)
            self.change_config(lambda config, key=key: config.pop(key))

    def test_missing_folder(self):
        shutil.rmtree(self.model)
        self.refused("config.json")


class Tokenizer(BadInput):
    """Words to record need a tokenizer, although the pairs are token ids."""

    def refused_for(self, *told):
        self.refused(*told, words=["--set", "sweep.record_token_ids=null"])
        self.assert_user_error(cli.run("tokenize", "--model", self.model, stdin="Yes\n"), *told)

    def test_missing(self):
        self.refused_for(str(self.model), "no tokenizer", "tokenizer.model, qwen.tiktoken and tokenizer.json")

    def test_tiktoken_line_that_is_corrupt(self):
        lines = [f"{base64.b64encode(bytes([byte])).decode()} {byte}\n" for byte in range(256)]
        lines[41] = "KQ= 41\n"
        (self.model / "qwen.tiktoken").write_text("".join(lines))
        self.refused_for("qwen.tiktoken:42", "no token in base64")

    def test_tokenizer_json_of_another_kind(self):
        (self.model / "tokenizer.json").write_text('{"model": {"type": "Unigram", "vocab": [["a", 0.0]]}}')
        self.refused_for("tokenizer.json", "Unigram", "only BPE")

    def test_tokenizer_json_that_is_cut_off(self):
        (self.model / "tokenizer.json").write_text('{"model": {"type": "BPE", "voc')
        self.refused_for("tokenizer.json", "not valid JSON")

    def test_only_the_vocabulary_of_llama3(self):
        (self.model / "tokenizer.model").write_text("IQ== 0\nIg== 1\n")
        self.refused_for("tokenizer.model", "only the vocabulary", "tokenizer.json")


class Configuration(BadInput):
    def test_unknown_key(self):
        text = json.loads(self.config.read_text())
        text["sweep"]["sampels"] = 5
        self.config.write_text(json.dumps(text))
        self.refused("sampels", "samples", "config.yaml")

    def test_missing_file(self):
        self.config.unlink()
        self.refused("config.yaml")

    def test_usage(self):
        for words in ([], ["sweep"], ["sweap", "x"], ["sweep", self.config, "--frobnicate"]):
            result = cli.run(*words)
            self.assert_user_error(result, "pinpoint", "--help")
        self.assert_user_error(cli.run("sweap", "x"), "sweap is not a command",
                               "sweep, plan, tune, export, data, check")

    def test_record_tokens_that_are_equal(self):
        self.refused("record_token_ids", words=["--set", "sweep.record_token_ids={apology: 7, confirm: 7}"])

    def test_record_token_outside_the_vocabulary(self):
        self.refused("record_token_ids", "40", words=["--set", "sweep.record_token_ids={apology: 7, confirm: 40}"])

    def test_record_tokens_without_a_tokenizer(self):
        self.refused("tokenizer.model", words=["--set", "sweep.record_token_ids=null"])


class Pairs(BadInput):
    def test_missing(self):
        self.pairs.unlink()
        self.refused("pairs.jsonl")

    def test_both_prompts_are_the_same(self):
        """This mistake does not end the run, but causes a warning."""
        self.pairs.write_text(self.pairs.read_text() + '{"id": "a", "reference_tokens": [1, 2], '
                              '"counterfactual_tokens": [1, 2]}\n')
        result = cli.run("sweep", self.config)
        self.assert_status(result, 0)
        self.assertIn("in 1 of 4 pairs both prompts are the same", result.errors)
        self.assertIn("lower the apology", result.errors)  # of the 32 heads requested

    def test_empty(self):
        self.pairs.write_text("")
        self.refused("pairs.jsonl")

    def test_a_line_that_is_not_json(self):
        self.pairs.write_text(self.pairs.read_text() + "{oops\n")
        self.refused("pairs.jsonl:4")

    def test_token_outside_the_vocabulary(self):
        self.pairs.write_text('{"id": "a", "reference_tokens": [1, 40], "counterfactual_tokens": [2]}\n')
        self.refused("40")


class Output(BadInput):
    def test_is_a_file(self):
        (self.folder / "out").write_text("mine")
        self.refused("output")
        self.assertEqual((self.folder / "out").read_text(), "mine")

    def test_is_not_writable(self):
        self.refused("/proc/nowhere", words=["--set", "output=/proc/nowhere"])

    def test_holds_something_else(self):
        (self.folder / "out").mkdir()
        (self.folder / "out" / "effects.h5").write_text("a poem")
        self.assert_user_error(cli.run("sweep", self.config), "effects.h5")
        self.assertEqual((self.folder / "out" / "effects.h5").read_text(), "a poem")

    def test_disk_is_full(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True,
                                 check=False)
        if mounted.returncode != 0:
            self.skipTest("cannot mount a small disk here")
        self.addCleanup(subprocess.run, ["umount", str(disk)], check=False)
        (disk / "ballast").write_bytes(bytes(44 * 1024))
        for ranks in (None, 2):
            self.assert_user_error(cli.run("sweep", self.config, "--set", f"output={disk}/out", ranks=ranks), str(disk))
        (disk / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        self.assert_status(cli.run("sweep", self.config, "--set", f"output={disk}/out"), 0)


class CheckCommand(BadInput):
    def test_a_file_of_another_kind(self):
        self.assert_status(cli.run("sweep", self.config), 0)
        good = self.folder / "out" / "effects.h5"
        result = cli.run("check", good)
        self.assert_status(result, 0)
        self.assertIn("ok", result.output)
        broken = self.folder / "broken.h5"
        broken.write_bytes(good.read_bytes()[:5000])
        result = cli.run("check", good, broken)
        self.assert_status(result, 2)
        self.assertIn("broken.h5", result.output)


if __name__ == "__main__":
    cli.main()
