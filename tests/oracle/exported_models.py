"""Exports and models with tied embeddings against the transformers library.

The library loads each export in the type that its config.json states: no tensor may lose anything by that. It also
computes the logits of models whose config.json and files disagree about the output matrix. Run by hand, in the
environment of families.py:

    ENV/bin/python tests/oracle/exported_models.py --pinpoint build/release/src/pinpoint
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

SIZES = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
         "intermediate_size": 96, "vocab_size": 120, "max_position_embeddings": 64}
PROMPTS = {"reference_tokens": [3, 4, 5, 6], "counterfactual_tokens": [3, 4, 9, 6]}
RECORD_TOKENS = (7, 11)
TOLERANCE = 1e-5  # of float32 logits near 1
EMBEDDING, UNEMBEDDING = "model.embed_tokens.weight", "lm_head.weight"


class Oracle:
    def __init__(self, program, folder):
        self.program, self.folder, self.failures = program, Path(folder), 0

    def run(self, *words):
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, check=False,
                              env={**os.environ, "OMP_NUM_THREADS": "1"})
        if done.returncode:
            sys.exit(f"{' '.join(map(str, words))}: {done.stderr}")
        return done.stderr

    def report(self, name, good, numbers):
        self.failures += not good
        print("ok  " if good else "FAIL", name, numbers)

    def model(self, name, dtype=torch.float32, **config):
        torch.manual_seed(3)
        folder = self.folder / name
        LlamaForCausalLM(LlamaConfig(**SIZES, **config)).to(dtype).save_pretrained(folder)
        return folder

    def config(self, name, model, dtype, **sections):
        path = self.folder / f"{name}.yaml"
        path.write_text(json.dumps({"model": {"path": str(model), "dtype": dtype}, "output": str(self.folder / name),
                                    **sections}))
        return path

    def check_export(self, stored, computed_in, *options):
        """Every tensor as it is in the files against the one that the library loads."""
        name = f"{str(stored)[6:]}-{computed_in}{''.join(options)}"
        data = self.folder / "train.jsonl"
        data.write_text(json.dumps({"tokens": [3, 4, 5, 6, 9, 20], "labels": [0, 0, 1, 1, 1, 1]}) + "\n")
        model = self.model(name, stored)
        tune = {"data": str(data), "method": "sft", "steps": 3, "batch": 1, "max_lr": 1e-4, "warmup_ratio": 0}
        self.run("tune", self.config(f"{name}-out", model, computed_in, tune=tune))
        exported = self.folder / f"{name}-to"
        self.run("export", self.folder / f"{name}-out", "--to", exported, *options)
        loaded = AutoModelForCausalLM.from_pretrained(exported).state_dict()
        written = load_file(exported / "model.safetensors")
        lost = max((loaded[key].double() - written[key].double()).abs().max().item() for key in written)
        self.report(name, lost == 0, f"{loaded[EMBEDDING].dtype}, lost {lost}")

    def check_tie(self, name, edit):
        """Logits of a model whose config.json ties the embeddings, after `edit` of its tensors."""
        model = self.model(name, tie_word_embeddings=True)
        tensors = load_file(model / "model.safetensors")
        edit(tensors)
        save_file(tensors, model / "model.safetensors", {"format": "pt"})
        pairs = self.folder / "pairs.jsonl"
        pairs.write_text(json.dumps({"id": "1", **PROMPTS}) + "\n")
        sweep = {"pairs": str(pairs), "record_token_ids": {"apology": 7, "confirm": 11}}
        self.run("sweep", self.config(f"{name}-out", model, "float32", sweep=sweep))
        with h5py.File(self.folder / f"{name}-out" / "effects.h5") as h5:
            ours = torch.tensor(h5["pass_a_logits"][0])
        with torch.no_grad():
            logits = AutoModelForCausalLM.from_pretrained(model)(torch.tensor([PROMPTS["reference_tokens"]])).logits
        apart = (logits[0, -1, list(RECORD_TOKENS)] - ours).abs().max().item()
        self.report(name, apart < TOLERANCE, f"logits apart by {apart:.1e}")


def other_output(tensors):
    tensors[UNEMBEDDING] = tensors[EMBEDDING].flip(0).contiguous()


def equal_output(tensors):
    tensors[UNEMBEDDING] = tensors[EMBEDDING].clone()


def only_output(tensors):
    tensors[UNEMBEDDING] = tensors.pop(EMBEDDING)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pinpoint", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        oracle = Oracle(os.path.abspath(arguments.pinpoint), folder)
        for stored, computed_in in ((torch.bfloat16, "float32"), (torch.float16, "bf16"), (torch.bfloat16, "bf16"),
                                    (torch.float32, "float32")):
            oracle.check_export(stored, computed_in)
        for dtype in "bf16", "float16", "float32":
            oracle.check_export(torch.bfloat16, "float32", "--dtype", dtype)
        for name, edit in (("one matrix", lambda tensors: None), ("equal", equal_output), ("different", other_output),
                           ("only the output", only_output)):
            oracle.check_tie(name, edit)
    sys.exit(1 if oracle.failures else 0)


if __name__ == "__main__":
    main()
