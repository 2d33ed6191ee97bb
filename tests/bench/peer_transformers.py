"""S1 against Python: `pinpoint sweep` and the literal hooks in the transformers library, on the same files, in turns.

The Python side is the fastest fair way for a user: float32, inference mode, no cache of keys and values, logits only at
END, heads of one sample in batches, and the fastest batch size and attention implementation of this machine. It still
needs a whole forward pass per head, because the procedure does. Some random heads are timed in every round and scaled
up. Their logits must equal those in effects.h5, else both sides would not do the same work.

    python3 -m venv ENV
    ENV/bin/pip install torch transformers safetensors numpy h5py
    ENV/bin/python tests/bench/peer_transformers.py --pinpoint build/release/src/pinpoint \
        --random-llama build/release/tests/support/random_llama
"""
import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np
import torch
import transformers

import peer_report

RECORD_TOKENS = (7, 11)
TOLERANCE = 1e-5  # of the largest |logit| or logsumexp: both are float32
TRIES = 3
TARGET = 0.9
OPERATIONS = re.compile(r"([\d.e+-]+) TFLOP in .* \(([\d.e+-]+) TFLOP/s")


class Shape:
    """Symbols as in docs/patching.md."""

    def __init__(self, quick):
        self.layers, self.heads, self.width, self.mlp_width, self.vocabulary = 16, 16, 1024, 2752, 2000
        self.tokens, self.suffix, self.samples = 96, 48, 4
        if quick:
            self.layers, self.heads, self.width, self.mlp_width, self.vocabulary = 3, 4, 64, 176, 100
            self.tokens, self.suffix, self.samples = 16, 8, 2

    def all_heads(self):
        return self.samples * self.layers * self.heads

    def less_arithmetic(self):
        parameters = self.layers * (4 * self.width**2 + 3 * self.width * self.mlp_width)
        passes = 2 * parameters * (self.tokens + self.suffix)
        rows = self.heads * self.layers * (self.layers + 1) / 2 * 6 * self.width * self.mlp_width
        joins_and_unembedding = self.layers * self.heads * 2 * self.width * (self.width + self.vocabulary)
        literal = self.layers * self.heads * 2 * parameters * self.tokens
        return literal / (passes + rows + joins_and_unembedding)


def write_model(folder, shape, tool):
    sizes = {"layers": shape.layers, "heads": shape.heads, "kv-heads": shape.heads, "width": shape.width,
             "mlp-width": shape.mlp_width, "vocabulary": shape.vocabulary, "tokens": shape.tokens}
    options = [word for name, size in sizes.items() for word in (f"--{name}", str(size))]
    subprocess.run([tool, folder, "--realistic", *options], check=True)


def write_pairs(file, shape):
    """Pairs of prompts of one length that share all but their last tokens."""
    draw = random.Random(0)
    pairs = []
    for _ in range(shape.samples):
        reference = [draw.randrange(shape.vocabulary) for _ in range(shape.tokens)]
        shared = shape.tokens - shape.suffix
        pairs.append((reference, reference[:shared] + [(token + 1) % shape.vocabulary for token in reference[shared:]]))
    file.write_text("".join(json.dumps({"id": str(i), "reference_tokens": a, "counterfactual_tokens": b}) + "\n"
                            for i, (a, b) in enumerate(pairs)))
    return pairs


class Program:
    """Runs `pinpoint sweep` on one thread, like a user."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.runs = binary, folder, 0
        self.environment = {**os.environ, "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(folder / "cache")}

    def sweep(self):
        """Seconds of the walk by the program's own log, and of the whole process."""
        self.runs += 1
        config = self.folder / "sweep.yaml"
        config.write_text(json.dumps({
            "model": {"path": str(self.folder / "model"), "dtype": "float32"}, "output": str(self.output()),
            "parallel": {"device": "cpu"},
            "sweep": {"pairs": str(self.folder / "pairs.jsonl"), "exact_check": 0,
                      "record_token_ids": dict(zip(("apology", "confirm"), RECORD_TOKENS))}}))
        start = time.perf_counter()
        done = subprocess.run([self.binary, "sweep", config], env=self.environment, capture_output=True, text=True,
                              check=False)
        process = time.perf_counter() - start
        found = OPERATIONS.search(done.stderr)
        if done.returncode != 0 or not found:
            sys.exit(f"pinpoint sweep ended with {done.returncode}:\n{done.stderr}")
        return float(found[1]) / float(found[2]), process

    def output(self):
        return self.folder / f"run-{self.runs}"

    def record(self):
        """Logits of the record tokens and the logsumexp: [sample, layer, head, R + 1]."""
        with h5py.File(self.output() / "effects.h5") as file:
            return np.concatenate([file["patched_logits"][:], file["patched_logsumexp"][:][..., None]], axis=-1)


class LiteralHooks:
    """Path patching by its definition, for a batch of heads of one sample."""

    def __init__(self, folder, pairs, attention):
        self.model = transformers.LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32,
                                                                   attn_implementation=attention).eval()
        self.width = self.model.config.head_dim
        self.observed = {}
        self.heads, self.held, self.traces = [], [], None
        for index, layer in enumerate(self.model.model.layers):
            layer.input_layernorm.register_forward_hook(self.hold(index))
            layer.self_attn.o_proj.register_forward_pre_hook(self.patch(index))
        self.samples = [(torch.tensor(reference), self.trace(reference, counterfactual))
                        for reference, counterfactual in pairs]

    def hold(self, layer):
        """The attention of later layers gets its input at END from the reference run."""
        def hook(_module, _inputs, output):
            if self.traces is None:
                self.observed["input", layer] = output[0, -1].clone()
            elif self.held[layer]:
                output[self.held[layer], -1] = self.traces["input", layer]
            return output
        return hook

    def patch(self, layer):
        """Takes a head's output at END from the counterfactual run."""
        def hook(_module, inputs):
            if self.traces is None:
                self.observed["heads", layer] = inputs[0][0, -1].clone()
                return
            for row, (own_layer, head) in enumerate(self.heads):
                if own_layer == layer:
                    part = slice(head * self.width, (head + 1) * self.width)
                    inputs[0][row, -1, part] = self.traces["heads", layer][part]
        return hook

    def end_logits(self, ids):
        return self.model(input_ids=ids, use_cache=False, logits_to_keep=1).logits[:, -1]

    @torch.inference_mode()
    def trace(self, reference, counterfactual):
        """{("input", layer): of the reference run, ("heads", layer): of the counterfactual run}, at END."""
        self.end_logits(torch.tensor([reference]))
        inputs = {key: value for key, value in self.observed.items() if key[0] == "input"}
        self.end_logits(torch.tensor([counterfactual]))
        return {**self.observed, **inputs}

    @torch.inference_mode()
    def run(self, sample, heads):
        """[head, R + 1], for heads as (layer, head)."""
        reference, self.traces = self.samples[sample]
        self.heads = heads
        self.held = [[row for row, (own, _) in enumerate(heads) if own < layer]
                     for layer in range(self.model.config.num_hidden_layers)]
        logits = self.end_logits(reference.expand(len(heads), -1))
        self.traces = None
        return torch.cat([logits[:, list(RECORD_TOKENS)], logits.logsumexp(-1, keepdim=True)], dim=1).numpy()


class Peer:
    """Random heads, in batches."""

    def __init__(self, hooks, shape, batch):
        self.hooks, self.shape, self.batch = hooks, shape, batch
        self.draw = random.Random(1)
        self.found = []  # (sample, layer, head, [R + 1])

    def seconds_a_head(self, count):
        """Of about `count` random heads in whole batches."""
        heads = [divmod(i, self.shape.heads) for i in range(self.shape.layers * self.shape.heads)]
        batches = [(self.draw.randrange(self.shape.samples), self.draw.sample(heads, self.batch))
                   for _ in range(max(1, round(count / self.batch)))]
        start = time.perf_counter()
        values = [self.hooks.run(sample, batch) for sample, batch in batches]
        seconds = time.perf_counter() - start
        for (sample, batch), rows in zip(batches, values):
            self.found += [(sample, *head, row) for head, row in zip(batch, rows)]
        return seconds / (len(batches) * self.batch)

    def deviation(self, record):
        """The largest difference, relative to the largest number."""
        largest = max(float(np.abs(row).max()) for *_, row in self.found)
        return max(float(np.abs(record[sample, layer, head] - row).max())
                   for sample, layer, head, row in self.found) / largest


def quickest_peer(folder, pairs, shape, batches):
    """The name and peer of the fastest attention and batch size. All are tried in turns, and each counts with its best
    try, so that a disturbance of one try does not decide."""
    peers = {}
    for attention in ("sdpa", "eager"):
        hooks = LiteralHooks(folder, pairs, attention)
        for batch in sorted({min(batch, shape.layers * shape.heads) for batch in batches}):
            peers[f"{attention}, batch {batch}"] = Peer(hooks, shape, batch)
    tries = [{name: peer.seconds_a_head(1) for name, peer in peers.items()} for _ in range(TRIES)]
    best = {name: min(seconds[name] for seconds in tries) for name in peers}
    for name, seconds in best.items():
        print(f"  {name:<16} {1000 * seconds:7.1f} ms a head")
    quickest = min(best, key=best.get)
    return quickest, peers[quickest]


def in_turns(program, peer, heads, rounds):
    """Seconds of every round: (walk, process, literal)."""
    measured = []
    for number in range(rounds):
        if number % 2 == 0:
            ours, a_head = program.sweep(), peer.seconds_a_head(heads)
        else:
            a_head, ours = peer.seconds_a_head(heads), program.sweep()
        measured.append((*ours, a_head * peer.shape.all_heads()))
    return measured


def report(what, ours, literal, shape, file):
    """Prints a line like the other benchmarks: ratio of times, ratio of operations, their quotient."""
    faster = sorted(theirs / own for own, theirs in zip(ours, literal))
    low, median, high = (float(np.quantile(faster, share)) for share in (0.25, 0.5, 0.75))
    less = shape.less_arithmetic()
    verdict = "reached" if median / less >= TARGET else "missed"
    print(f"{what:<48} {f'{median:.1f} times':>15} {f'{less:.1f} times':>15}   "
          f"{f'{median / less:.3f} ({low / less:.3f} .. {high / less:.3f})':<23} {TARGET} {verdict}")
    peer_report.append(file, {
        "benchmark": "peer (S1)", "what": what, "figure": median, "reference": less, "unit": "times",
        "ratio": median / less, "ratio_low": low / less, "ratio_high": high / less, "target": TARGET,
        "sweep_seconds": statistics.median(ours), "literal_seconds": statistics.median(literal)})


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pinpoint", required=True, help="the built program")
    parser.add_argument("--random-llama", required=True, help="the built tool that writes random models")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--heads", type=int, default=32, help="literal heads timed in a round")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8, 16, 32], help="batches tried")
    parser.add_argument("--quick", action="store_true", help="tiny shapes: shows that it runs, measures nothing")
    parser.add_argument("--json", help="append the lines to this file, as a JSON object a line")
    return parser.parse_args()


def main():
    args = arguments()
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    shape = Shape(args.quick)
    if args.quick:
        print("Tiny shapes: nothing below is a measurement")
    peer_report.begin("peer (S1)", args.json)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_model(folder / "model", shape, args.random_llama)
        pairs = write_pairs(folder / "pairs.jsonl", shape)
        program = Program(args.pinpoint, folder)
        program.sweep()  # warms the file system's cache and the program's checksums
        name, peer = quickest_peer(folder / "model", pairs, shape, args.batches)
        walk, process, literal = zip(*in_turns(program, peer, args.heads, args.rounds))
        deviation = peer.deviation(program.record())

    print(f"\n{'peer (S1)':<48} {'faster':>15} {'less arithmetic':>15}   {'ratio (quartiles)':<23} target")
    report(f"walk against transformers, {name}", walk, literal, shape, args.json)
    report(f"process against transformers, {name}", process, literal, shape, args.json)
    print(f"\nwalk {statistics.median(walk):.2f} s, process {statistics.median(process):.2f} s, literal "
          f"{statistics.median(literal):.1f} s, multiplied up from {len(peer.found)} heads to {shape.all_heads()}\n"
          f"largest difference of a logit, in parts of the largest: {deviation:.1e} (allowed {TOLERANCE:.0e})")
    if deviation > TOLERANCE:
        sys.exit("the literal hooks found other numbers: the two are not the same work")


if __name__ == "__main__":
    main()
