#!/usr/bin/env python3
"""A Llama's forward pass in numpy only, to read exported models with code that shares nothing with the program.

Weights come from config.json and the safetensors files (float32, float16, bf16) by hand; all arithmetic is float64.
RMSNorm, rotary positions (without scaling), attention with grouped queries, SwiGLU, unembedding tied or not.

    numpy_llama.py DIR --tokens 5 17 3 ...      prints the logits after the last token, one line per token id
"""
import argparse
import json
import struct
import sys
from pathlib import Path

import numpy as np


def read_safetensors(path):
    """{name: float64 array}: 8 bytes of header length, a JSON header, then the numbers."""
    blob = Path(path).read_bytes()
    (size,) = struct.unpack("<Q", blob[:8])
    header = json.loads(blob[8:8 + size])
    header.pop("__metadata__", None)
    return {name: decode(blob[8 + size:][slice(*entry["data_offsets"])], entry["dtype"]).reshape(entry["shape"])
            for name, entry in header.items()}


def decode(data, dtype):
    if dtype == "BF16":  # the upper half of a float32
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return np.frombuffer(data, {"F32": "<f4", "F16": "<f2"}[dtype]).astype(np.float64)


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def rotate(x, theta):
    """Rotary positions on x [h, t, e]: pairs (i, i + e/2) turn by t * theta^(-2i/e)."""
    half = x.shape[-1] // 2
    angles = np.arange(x.shape[1])[:, None] * theta ** (-np.arange(half) / half)  # [t, e/2]
    first, second = x[..., :half], x[..., half:]
    return np.concatenate([first * np.cos(angles) - second * np.sin(angles),
                           second * np.cos(angles) + first * np.sin(angles)], axis=-1)


class NumpyLlama:
    def __init__(self, folder):
        self.config = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
        scaling = self.config.get("rope_scaling") or {}
        if scaling.get("rope_type", scaling.get("type", "default")) != "default":
            raise ValueError(f"{folder}: scaled rotary positions are not known here")
        self.weights = {}
        for file in sorted(Path(folder).glob("*.safetensors")):
            self.weights.update(read_safetensors(file))
        self.heads = self.config["num_attention_heads"]
        self.groups = self.config.get("num_key_value_heads") or self.heads
        self.head_width = self.config.get("head_dim") or self.config["hidden_size"] // self.heads
        self.theta = self.config.get("rope_theta", 10000.0)

    def logits(self, tokens):
        """[t, V]"""
        x = self.weights["model.embed_tokens.weight"][tokens]  # [t, d]
        for layer in range(self.config["num_hidden_layers"]):
            def linear(name, y, prefix=f"model.layers.{layer}."):
                return y @ self.weights[f"{prefix}{name}.weight"].T
            y = self.norm(f"model.layers.{layer}.input_layernorm", x)
            x = x + linear("self_attn.o_proj", self.attention(*(linear(f"self_attn.{name}", y)
                                                                for name in ("q_proj", "k_proj", "v_proj"))))
            y = self.norm(f"model.layers.{layer}.post_attention_layernorm", x)
            gate = linear("mlp.gate_proj", y)
            x = x + linear("mlp.down_proj", gate / (1 + np.exp(-gate)) * linear("mlp.up_proj", y))
        tied = self.config.get("tie_word_embeddings", False)
        unembedding = self.weights["model.embed_tokens.weight" if tied else "lm_head.weight"]
        return self.norm("model.norm", x) @ unembedding.T

    def norm(self, name, x):
        mean_square = (x * x).mean(axis=-1, keepdims=True)
        return x / np.sqrt(mean_square + self.config["rms_norm_eps"]) * self.weights[f"{name}.weight"]

    def attention(self, q, k, v):
        """q [t, H e], k and v [t, G e] -> [t, H e]"""
        length = len(q)
        q = rotate(self.split(q, self.heads), self.theta)
        k = rotate(self.split(k, self.groups), self.theta).repeat(self.heads // self.groups, axis=0)
        v = self.split(v, self.groups).repeat(self.heads // self.groups, axis=0)
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(self.head_width)  # [h, t, t]
        scores[:, np.triu(np.ones((length, length), bool), 1)] = -np.inf
        return (softmax(scores) @ v).transpose(1, 0, 2).reshape(length, -1)

    def split(self, x, heads):
        """[t, h e] -> [h, t, e]"""
        return x.reshape(len(x), heads, self.head_width).transpose(1, 0, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", help="a Llama as Hugging Face publishes it")
    parser.add_argument("--tokens", type=int, nargs="+", required=True, help="token ids of the prompt")
    parser.add_argument("--top", type=int, help="only the N largest, the largest first")
    arguments = parser.parse_args()
    logits = NumpyLlama(arguments.folder).logits(arguments.tokens)[-1]
    order = np.argsort(-logits)[:arguments.top] if arguments.top else range(len(logits))
    for token in order:
        print(f"{token}\t{logits[token]:.9g}")


if __name__ == "__main__":
    sys.exit(main())
