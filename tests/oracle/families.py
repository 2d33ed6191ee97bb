"""All families against the transformers library: the logits of random models, and every patched head.

The library writes each model, so that the test reads the library's current format. `pinpoint sweep` sweeps it in
float32. The literal procedure runs with hooks in the library's own forward pass, head by head. Run by hand, in an
environment of its own:

    python3 -m venv ENV
    ENV/bin/pip install torch transformers numpy h5py
    ENV/bin/python tests/oracle/families.py --pinpoint build/release/src/pinpoint
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
import torch
import transformers
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config,
                          Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)

RECORD_TOKENS = (7, 11)
VOCABULARY = 160
# Both sides compute in float32. Relative to the largest |logit|, and to the largest effect of a head.
TOLERANCE, EFFECT_TOLERANCE = 3e-6, 2e-5
OUTLIERS = 3  # channels of a realistic model's residual stream
SIZES = {"hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 8, "num_key_value_heads": 2,
         "intermediate_size": 112, "vocab_size": VOCABULARY, "max_position_embeddings": 256}


def theta(base):
    return {"rope_type": "default", "rope_theta": base}


LLAMA3 = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
          "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
MODELS = {
    "Llama-3.x": (LlamaForCausalLM, LlamaConfig(**SIZES, rms_norm_eps=1e-5, rope_parameters=LLAMA3)),
    "Llama-3.2, tied": (LlamaForCausalLM,
                        LlamaConfig(**SIZES, rms_norm_eps=1e-5, rope_parameters=LLAMA3, tie_word_embeddings=True)),
    "Mistral, window 6": (MistralForCausalLM,
                          MistralConfig(**SIZES, sliding_window=6, rope_parameters=theta(10000.0))),
    "Mistral, no window": (MistralForCausalLM,
                           MistralConfig(**SIZES, sliding_window=None, rope_parameters=theta(1e6))),
    "Qwen2.5": (Qwen2ForCausalLM, Qwen2Config(**SIZES, rope_parameters=theta(1e6))),
    "Qwen2.5, window 6 from layer 1": (Qwen2ForCausalLM,
                                       Qwen2Config(**SIZES, rope_parameters=theta(1e6), use_sliding_window=True,
                                                   sliding_window=6, max_window_layers=1)),
    "Qwen3": (Qwen3ForCausalLM, Qwen3Config(**SIZES, head_dim=24, rope_parameters=theta(1e6))),
}


def random_model(kind, config, realistic):
    """Makes every weight count, also biases and norms, which the library initialises with zeros and ones."""
    config._attn_implementation = "eager"
    model = kind(config).eval().float()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.normal_(1, 0.1)
            elif name.endswith("bias"):
                parameter.normal_(0, 0.3)
            else:
                parameter.normal_(0, parameter.shape[-1] ** -0.5)
        if realistic:
            make_realistic(model)
    return model


def make_realistic(model):
    """Outlier channels 50 times larger than the others, uneven norms that undo them, logits of about 20; the recipe of
    tests/support/random_model.h."""
    width, layers, tied = model.config.hidden_size, len(model.model.layers), model.config.tie_word_embeddings
    start = width ** -0.5 if tied else 1
    embedding = model.model.embed_tokens.weight
    embedding.normal_(0, start)
    embedding[:, :OUTLIERS].normal_(50 * start, 8 * start)
    stream = (1 + OUTLIERS * (50 ** 2 - 1) / width) ** 0.5
    for layer in model.model.layers:
        for writer in (layer.self_attn.o_proj.weight, layer.mlp.down_proj.weight):
            writer.mul_(0.6 * start * (2 * layers) ** -0.5)
            writer[:OUTLIERS] *= 50
    for name, parameter in model.named_parameters():
        if "norm" in name:
            parameter.log_normal_(-0.36, 0.6)  # of root mean square 1
        if name.endswith("layernorm.weight") or name == "model.norm.weight":
            parameter.mul_(stream)
            parameter[:OUTLIERS] /= 50
    if tied:
        model.model.norm.weight.mul_(18 * width ** -0.5)
        model.model.norm.weight[:OUTLIERS] /= 50
    else:
        model.lm_head.weight.mul_(4.5)


def random_pairs(draw):
    """Prompts of 4 to 40 tokens with a common prefix."""
    pairs = []
    for length in (4, 9, 17, 28, 40):
        reference = [int(t) for t in draw.integers(0, VOCABULARY, length)]
        other = [int(t) for t in draw.integers(0, VOCABULARY, int(draw.integers(1, 6)))]
        pairs.append((reference, reference[:length // 2] + other))
    return pairs


class LiteralHooks:
    """Path patching by its definition, with whole forward passes of the library."""

    def __init__(self, model, record_tokens):
        self.model, self.width = model, model.model.layers[0].self_attn.head_dim
        self.record_tokens, self.logits = list(record_tokens), None
        self.seen, self.head, self.held, self.given = {}, None, None, None
        for index, layer in enumerate(model.model.layers):
            layer.input_layernorm.register_forward_hook(self.hold(index))
            layer.self_attn.o_proj.register_forward_pre_hook(self.patch(index))

    def hold(self, layer):
        def hook(_module, _inputs, output):
            self.seen["input", layer] = output[0, -1].clone()
            if self.head and layer > self.head[0]:
                output[0, -1] = self.held["input", layer]
            return output
        return hook

    def patch(self, layer):
        def hook(_module, inputs):
            self.seen["heads", layer] = inputs[0][0, -1].clone()
            if self.head and layer == self.head[0]:
                part = slice(self.head[1] * self.width, (self.head[1] + 1) * self.width)
                inputs[0][0, -1, part] = self.given["heads", layer][part]
        return hook

    def run(self, ids, head=None):
        """The record tokens' logits at the end and the logsumexp; what the hooks saw."""
        self.head, self.seen = head, {}
        self.logits = self.model(torch.tensor([ids]), use_cache=False, logits_to_keep=1).logits[0, -1].double()
        record = [*self.logits[self.record_tokens].tolist(), self.logits.logsumexp(0).item()]
        return record, self.seen

    def sweep(self, pairs, layers, heads):
        plain, patched = [], []
        for reference, counterfactual in pairs:
            record, self.held = self.run(reference)
            plain.append(record)
            _, self.given = self.run(counterfactual)
            patched.append([[self.run(reference, (layer, head))[0] for head in range(heads)]
                            for layer in range(layers)])
        return np.array(plain), np.array(patched)


def sweep(pinpoint, folder, pairs):
    """What `pinpoint sweep` finds: pass A, its own default, and every patched head, as LiteralHooks.sweep."""
    (folder / "pairs.jsonl").write_text(
        "".join(json.dumps({"id": str(i), "reference_tokens": a, "counterfactual_tokens": b}) + "\n"
                for i, (a, b) in enumerate(pairs)))
    config = folder / "sweep.yaml"
    config.write_text(json.dumps({
        "model": {"path": str(folder / "model"), "dtype": "float32"}, "output": str(folder / "out"),
        "parallel": {"device": "cpu"},
        "sweep": {"pairs": str(folder / "pairs.jsonl"),
                  "record_token_ids": dict(zip(("apology", "confirm"), RECORD_TOKENS))}}))
    done = subprocess.run([pinpoint, "sweep", config], capture_output=True, text=True, check=False,
                          env={**os.environ, "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(folder / "cache")})
    if done.returncode != 0:
        sys.exit(f"pinpoint sweep ended with {done.returncode}:\n{done.stderr}")
    with h5py.File(folder / "out" / "effects.h5") as file:
        return tuple(np.concatenate([file[f"{what}_logits"][:], file[f"{what}_logsumexp"][:][..., None]], axis=-1)
                     for what in ("pass_a", "default", "patched"))


def compare(name, realistic, pinpoint):
    """Prints a line. Returns whether everything is within the tolerance."""
    kind, config = MODELS[name]
    pairs = random_pairs(np.random.default_rng(0))
    model = random_model(kind, config, realistic)
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        model.save_pretrained(Path(folder) / "model")
        plain, patched = LiteralHooks(model, RECORD_TOKENS).sweep(pairs, SIZES["num_hidden_layers"],
                                                                   SIZES["num_attention_heads"])
        found_plain, found_default, found_patched = sweep(pinpoint, Path(folder), pairs)
    size = max(abs(plain).max(), abs(patched).max())
    effects, found_effects = patched - plain[:, None, None], found_patched - found_default[:, None, None]
    logits, heads = abs(found_plain - plain).max() / size, abs(found_patched - patched).max() / size
    moved, apart = abs(effects).max(), abs(found_effects - effects).max()
    print(f"{name + (', realistic' if realistic else ''):44} {size:10.1f} {logits:10.1e} {heads:10.1e} {moved:10.2f} "
          f"{apart / moved:10.1e}")
    return max(logits, heads) <= TOLERANCE and apart <= EFFECT_TOLERANCE * moved and moved > 1e-3 * size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pinpoint", required=True)
    pinpoint = Path(parser.parse_args().pinpoint).resolve()
    torch.manual_seed(0)
    transformers.utils.logging.disable_progress_bar()
    print(f"transformers {transformers.__version__}, torch {torch.__version__}; differences in parts of the largest "
          f"logit (allowed {TOLERANCE:.0e}) and effect (allowed {EFFECT_TOLERANCE:.0e}):")
    print(f"{'model':44} {'largest':>10} {'logits':>10} {'patched':>10} {'effect':>10} {'apart':>10}")
    results = [compare(name, realistic, pinpoint) for name in MODELS for realistic in (False, True)]
    print("all within the tolerance" if all(results) else "differences beyond the tolerance")
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main())
