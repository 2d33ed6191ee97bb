"""T1 against Python: `pinpoint tune` and the same tuning in PyTorch, on the same model and dialogues.

The Python side trains transformers' Llama in one of two ways: (a) with the gradients of all layer matrices, masked
afterwards except for the chosen heads' slices; (b) like the release, with the whole W_q and W_o of the tuned layers
trainable and a hook that masks their gradients. The optimiser is torch's AdamW over all trainable weights, with decay
only on the slices. Logits are computed only at targets.

First both sides tune. Loss and gradient norm of every step and the final slices must agree, else both would not do the
same work. Then steps are timed in turns, by processor time, because wall-clock time (also printed) includes waiting for
other processes. The program tunes without kept outputs of the lower layers, as in a first epoch; another column has the
times with them.

    python3 -m venv ENV
    ENV/bin/pip install torch transformers safetensors numpy h5py
    ENV/bin/python tests/bench/peer_tuning.py --pinpoint build/release/src/pinpoint \
        --random-llama build/release/tests/support/random_llama
"""
import argparse
import dataclasses
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import typing
from pathlib import Path

import h5py
import numpy as np
import torch
import transformers

import peer_report

# Relative to a loss, to a gradient norm, and to the norm of the change of the slices. With an eps of 1e-8 AdamW makes
# whole steps of gradients near 0 too, of which rounding leaves few digits.
TOLERANCE = {"loss": 2e-6, "norm": 5e-6, "moves": 3e-4}
TARGETS = {"all": 1.5, "whole": 1.0}
NAMES = {"all": "(a) all layer matrices", "whole": "(b) W_q, W_o of tuned layers"}
BYTES_A_NUMBER = 16  # of the program's slices: master, gradient, two moments


@dataclasses.dataclass
class Case:
    """A model, dialogues and settings; symbols as in docs/tuning.md."""

    name: str
    layers: int = 12
    heads: int = 16
    kv_heads: int = 16
    width: int = 1024
    mlp_width: int = 2752
    vocabulary: int = 4096
    tokens: int = 128
    dialogues: int = 8
    ragged: bool = False  # lengths from a quarter of `tokens` on, and any number of targets
    tied: bool = False
    realistic: bool = False  # outlier channels, uneven norm weights, logits of about 20
    share: int = 16       # one head of so many is tuned
    train_kv: bool = False
    steps: int = 5
    max_lr: float = 1e-4
    min_lr: float = 0.0
    warmup_ratio: float = 0.02
    clip_norm: float = 1.0
    weight_decay: float = 0.1
    betas: tuple = (0.9, 0.95)
    eps: float = 1e-8
    dtype: str = "float32"  # the program's model.dtype

    def head_width(self):
        return self.width // self.heads

    def chosen_heads(self):
        """(layer, head), in the upper two thirds of the layers."""
        count = max(1, self.heads // self.share)
        return [(layer, head) for layer in range(self.layers // 3, self.layers)
                for head in sorted((5 * layer + 3 * i) % self.heads for i in range(count))]

    def learning_rate(self, t):
        """At step t, from 0: linear warm-up, then a cosine."""
        warmup = math.ceil(self.warmup_ratio * self.steps - 1e-9)
        if t < warmup:
            return self.max_lr * (t + 1) / warmup
        done = (t - warmup) / (self.steps - warmup)
        return self.min_lr + 0.5 * (self.max_lr - self.min_lr) * (1 + math.cos(math.pi * done))

    def draw_dialogues(self):
        """(tokens, labels) each."""
        draw = random.Random(1)
        found = []
        for _ in range(self.dialogues):
            length = draw.randint(max(4, self.tokens // 4), self.tokens) if self.ragged else self.tokens
            targets = draw.randint(1, length - 2) if self.ragged else max(1, length // 4)
            found.append(([draw.randrange(self.vocabulary) for _ in range(length)],
                          [0] * (length - targets) + [1] * targets))
        return found


class Seconds(typing.NamedTuple):
    """Of a step."""

    processor: float
    clock: float


def processor_seconds(process_id):
    """Processor time of all threads of a process so far, by the clock of clock_getcpuclockid(3)."""
    return time.clock_gettime(~process_id << 3 | 2)


class Files:
    """A case's model, dialogues and heads in a folder."""

    def __init__(self, folder, case, tool):
        self.folder, self.case = folder, case
        sizes = {"layers": case.layers, "heads": case.heads, "kv-heads": case.kv_heads, "width": case.width,
                 "mlp-width": case.mlp_width, "vocabulary": case.vocabulary, "tokens": max(16, case.tokens)}
        options = [word for name, size in sizes.items() for word in (f"--{name}", str(size))]
        flags = [f"--{name}" for name in ("tied", "realistic") if getattr(case, name)]
        subprocess.run([tool, folder / "model", *options, *flags], check=True)
        self.dialogues = case.draw_dialogues()
        (folder / "train.jsonl").write_text("".join(json.dumps({"tokens": tokens, "labels": labels}) + "\n"
                                                    for tokens, labels in self.dialogues))
        (folder / "heads.json").write_text(json.dumps([{"layer": layer, "head": head}
                                                       for layer, head in case.chosen_heads()]))


class Program:
    """Runs `pinpoint tune` like a user."""

    def __init__(self, binary, files, threads):
        self.binary, self.files, self.runs = binary, files, 0
        self.environment = {**os.environ, "OMP_NUM_THREADS": str(threads),
                            "XDG_CACHE_HOME": str(files.folder / "cache")}

    def tune(self, steps, **settings):
        """The lines of tune.jsonl. Every batch has all dialogues, so their order does not matter."""
        self.run(steps, settings, lambda _process: None)
        return self.lines()

    def run(self, steps, settings, watch):
        """Starts the program, and calls `watch(process)` while it runs."""
        case, folder = self.files.case, self.files.folder
        self.runs += 1
        config = folder / "tune.yaml"
        config.write_text(json.dumps({
            "model": {"path": str(folder / "model"), "dtype": case.dtype}, "output": str(self.output()),
            "parallel": {"device": "cpu"}, "select": {"heads": str(folder / "heads.json")},
            "tune": {"data": str(folder / "train.jsonl"), "batch": case.dialogues, "steps": steps,
                     "max_lr": case.max_lr, "min_lr": case.min_lr, "warmup_ratio": case.warmup_ratio,
                     "clip_norm": case.clip_norm, "weight_decay": case.weight_decay, "betas": list(case.betas),
                     "eps": case.eps, "train_kv": case.train_kv, **settings}}))
        log = folder / "tune.err"
        with log.open("w") as errors, subprocess.Popen([self.binary, "tune", config], env=self.environment,
                                                       stdout=subprocess.DEVNULL, stderr=errors) as process:
            watch(process)
        if process.returncode != 0:
            sys.exit(f"pinpoint tune ended with {process.returncode}:\n{log.read_text()}")

    def lines(self):
        return [json.loads(line) for line in (self.output() / "tune.jsonl").read_text().splitlines()]

    def steps_made(self):
        file = self.output() / "tune.jsonl"
        return file.read_text().count("\n") if file.exists() else 0

    def output(self):
        return self.files.folder / f"run-{self.runs}"

    def slices(self):
        """{(layer, projection): [k, e, d], of o_proj [k, d, e]} after the last step."""
        found = {}
        with h5py.File(max((self.output() / "checkpoints").glob("step-*.h5"))) as file:
            for name, group in file["tuned"].items():
                found.update({(int(name.removeprefix("layers.")), projection): group[projection][()]
                              for projection in group if projection.endswith("_proj")})
        return found

    def seconds_a_step(self, steps, **settings):
        """Processor and wall-clock seconds per step, without the first step, which allocates memory. A line of tune.jsonl
        ends a step; the final checkpoint does not count."""
        ends = []

        def watch(process):
            while process.poll() is None:
                made = self.steps_made()
                if made > len(ends):
                    ends.extend([processor_seconds(process.pid)] * (made - len(ends)))
                time.sleep(0.002)
        self.run(steps + 1, settings, watch)
        lines = self.lines()
        if len(ends) != len(lines):
            sys.exit(f"pinpoint tune made {len(lines)} steps and was seen to make {len(ends)}")
        return Seconds(max(ends[-1] - ends[0], 1e-6) / steps, statistics.fmean(line["seconds"] for line in lines[1:]))


class Slices:
    """The rows and columns of a model's matrices that belong to the chosen heads."""

    def __init__(self, model, case):
        self.width = case.head_width()
        self.blocks = {}  # (layer, projection) -> places of the heads or groups
        for layer, head in case.chosen_heads():
            for projection in ("q_proj", "o_proj"):
                self.blocks.setdefault((layer, projection), []).append(head)
            for projection in ("k_proj", "v_proj") if case.train_kv else ():
                groups = self.blocks.setdefault((layer, projection), [])
                group = head // (case.heads // case.kv_heads)
                if group not in groups:
                    groups.append(group)
        self.weights = {key: getattr(model.model.layers[key[0]].self_attn, key[1]).weight for key in self.blocks}

    def numbers(self):
        return sum(view.numel() for views in self.views().values() for view in views)

    def views(self, of=lambda weight: weight.data):
        """{(layer, projection): a view of each head's or group's part}"""
        return {key: [self.part(of(self.weights[key]), key, block) for block in blocks]
                for key, blocks in self.blocks.items()}

    def part(self, tensor, key, block):
        return tensor.narrow(1 if key[1] == "o_proj" else 0, block * self.width, self.width)

    def values(self):
        return {key: torch.stack(views).numpy().copy() for key, views in self.views().items()}

    def mask(self, key):
        mask = torch.zeros_like(self.weights[key])
        for block in self.blocks[key]:
            self.part(mask, key, block).fill_(1)
        return mask


class Peer:
    """Pinpoint tuning in PyTorch. way: `all` or `whole`."""

    def __init__(self, files, way, attention, dtype=torch.float32):
        self.case, self.way = files.case, way
        self.model = transformers.LlamaForCausalLM.from_pretrained(files.folder / "model", dtype=dtype,
                                                                   attn_implementation=attention).train()
        self.slices = Slices(self.model, self.case)
        self.masks = {id(self.slices.weights[key]): self.slices.mask(key) for key in self.slices.blocks}
        self.model.requires_grad_(False)
        self.trainable = self.choose_trainable()
        for weight in self.trainable:
            weight.requires_grad_(True)
            if way == "whole":
                weight.register_hook(lambda gradient, mask=self.masks[id(weight)]: gradient * mask)
        self.optimizer = torch.optim.AdamW(self.trainable, lr=self.case.max_lr, betas=self.case.betas,
                                           eps=self.case.eps, weight_decay=0, fused=True)
        self.pad(files.dialogues)

    def choose_trainable(self):
        if self.way == "whole":
            return list(self.slices.weights.values())
        return [weight for name, weight in self.model.named_parameters() if name.endswith("_proj.weight")]

    def pad(self, dialogues):
        """Tokens [n, t], which of them are no padding, and whether the next one is a target."""
        longest = max(len(tokens) for tokens, _ in dialogues)
        self.ids = torch.tensor([tokens + [0] * (longest - len(tokens)) for tokens, _ in dialogues])
        self.there = torch.tensor([[1] * len(tokens) + [0] * (longest - len(tokens)) for tokens, _ in dialogues])
        labels = torch.tensor([labels + [0] * (longest - len(labels)) for _, labels in dialogues]).bool()
        self.asked = torch.zeros_like(labels)
        self.asked[:, :-1] = labels[:, 1:]
        self.targets = self.ids[labels]
        if bool(self.there.all()):
            self.there = None  # spares the attention a mask

    def gradients(self):
        """Returns the loss and leaves its masked gradient in every trainable weight."""
        self.optimizer.zero_grad(set_to_none=True)
        hidden = self.model.model(input_ids=self.ids, attention_mask=self.there, use_cache=False).last_hidden_state
        loss = torch.nn.functional.cross_entropy(self.model.lm_head(hidden[self.asked]), self.targets)
        loss.backward()
        if self.way == "all":
            for weight in self.trainable:
                mask = self.masks.get(id(weight))
                weight.grad.zero_() if mask is None else weight.grad.mul_(mask)
        return loss.item()

    def step(self, rate):
        """Loss and gradient norm before the update."""
        return self.gradients(), self.update(rate)

    @torch.no_grad()
    def update(self, rate):
        """Clips, decays only the slices, and makes AdamW's step. Returns the norm before clipping."""
        gradients = [weight.grad for weight in self.slices.weights.values()]
        norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(each) for each in gradients])).item()
        if norm > self.case.clip_norm:
            for gradient in gradients:
                gradient.mul_(self.case.clip_norm / norm)
        for views in self.slices.views().values():
            for view in views:
                view.mul_(1 - rate * self.case.weight_decay)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        return norm

    def memory(self):
        """Counted bytes of gradients and moments."""
        moments = [value for state in self.optimizer.state.values() for name, value in state.items() if name != "step"]
        return sum(tensor.nbytes for tensor in [*moments, *(weight.grad for weight in self.trainable)])

    def seconds_a_step(self, steps):
        """Seconds of the gradients and of the whole step. Does not change the weights."""
        taken = {"gradients alone": [], "whole step": []}
        for _ in range(steps):
            start = time.process_time(), time.perf_counter()
            self.gradients()
            taken["gradients alone"].append(since(start))
            self.update(1e-30)
            taken["whole step"].append(since(start))
        return {part: Seconds(*map(statistics.fmean, zip(*seconds))) for part, seconds in taken.items()}


def since(start):
    return Seconds(time.process_time() - start[0], time.perf_counter() - start[1])


def relative(one, other):
    return abs(one - other) / abs(other)


def distance(one, other):
    """Relative difference of two {key: array}, by the norm of all numbers."""
    return math.sqrt(sum(float(np.square(one[key].astype(float) - other[key]).sum()) for key in one))


def agree(case, program, peers):
    """Tunes with all of them and prints the differences. Returns whether they are within the tolerances."""
    start = next(iter(peers.values())).slices.values()
    ours = program.tune(case.steps)
    slices = program.slices()
    print(f"{case.name}: loss {ours[0]['loss']:.5f} to {ours[-1]['loss']:.5f}, gradient norm "
          f"{min(line['grad_norm'] for line in ours):.3g} to {max(line['grad_norm'] for line in ours):.3g}, "
          f"{sum(value.size for value in slices.values())} numbers in slices")
    good = True
    for way, peer in peers.items():
        theirs = [peer.step(case.learning_rate(t)) for t in range(case.steps)]
        found = peer.slices.values()
        if slices.keys() != found.keys() or any(slices[key].shape != found[key].shape for key in found):
            sys.exit(f"{case.name}: the checkpoint holds other slices: {sorted(slices)}, not {sorted(found)}")
        loss = max(relative(line["loss"], own) for line, (own, _) in zip(ours, theirs))
        norm = max(relative(line["grad_norm"], own) for line, (_, own) in zip(ours, theirs))
        rate = max(abs(line["lr"] - case.learning_rate(t)) for t, line in enumerate(ours)) / case.max_lr
        moves = distance(slices, found) / distance(found, start)
        fits = all(value <= TOLERANCE[what] for what, value in (("loss", loss), ("norm", norm), ("moves", moves)))
        fits &= rate < 1e-12
        good &= fits
        print(f"  {NAMES[way]:<30} loss {loss:.1e}, gradient norm {norm:.1e}, slices' move {moves:.1e}: "
              f"{'agrees' if fits else 'DISAGREES'}")
    return good


def small_cases(base):
    """Cases that test agreement, not speed."""
    small = {"layers": 4, "heads": 8, "kv_heads": 8, "width": 128, "mlp_width": 192, "vocabulary": 300, "tokens": 40,
             "dialogues": 6, "share": 4, "steps": 12, "warmup_ratio": 0.25, "max_lr": base.max_lr, "ragged": True}
    return [Case("ragged dialogues", **small),
            Case("ragged, realistic", **small, realistic=True),
            Case("ragged, grouped queries, train_kv", **{**small, "kv_heads": 2}, train_kv=True),
            # AdamW does not depend on the length of the gradient, nor on clipping, except through eps.
            Case("ragged, clipped, tied", **{**small, "kv_heads": 4, "max_lr": 10 * base.max_lr}, tied=True,
                 clip_norm=0.02, eps=1e-3, min_lr=base.max_lr)]


def in_turns(program, peers, rounds, steps):
    """Seconds per step in every round: {name: [Seconds]}. The name of a peer is (way, part)."""
    def ours():
        return {"pinpoint": program.seconds_a_step(steps, cache_lower_layers=False)}

    def kept():
        return {"pinpoint, kept": program.seconds_a_step(steps, cache_lower_layers=True)}

    def theirs(way):
        return {(way, part): seconds for part, seconds in peers[way].seconds_a_step(steps).items()}

    turns = [ours, *(lambda way=way: theirs(way) for way in peers), kept]
    measured = []
    for number in range(rounds):
        one = {}
        for turn in turns if number % 2 == 0 else reversed(turns):
            one.update(turn())
        measured.append(one)
        print(f"  round {number + 1} of {rounds}: " + ", ".join(
            f"{name if isinstance(name, str) else ', '.join(name)} {seconds.processor:.3g} s"
            for name, seconds in one.items()), flush=True)
    return {name: [one[name] for one in measured] for name in measured[0]}


def ratios(ours, theirs, clock="processor"):
    """Quartiles of the ratio peer / pinpoint."""
    faster = [getattr(other, clock) / getattr(own, clock) for own, other in zip(ours, theirs)]
    return tuple(float(np.quantile(faster, share)) for share in (0.25, 0.5, 0.75))


def report(case, measured, peers, file):
    numbers = next(iter(peers.values())).slices.numbers()
    memory = BYTES_A_NUMBER * numbers
    ours, kept = measured["pinpoint"], measured["pinpoint, kept"]
    own = statistics.median(seconds.processor for seconds in ours)
    print(f"\n{'a step of':<46} {'CPU s':>7} {'pinpoint is faster':>26} {'by the clock':>12} {'later epochs':>12} "
          f"{'gradients, moments':>19} {'ours of that':>12}\n"
          f"{'pinpoint':<46} {own:7.3f} {'':>26} {'':>12} {'':>12} {f'{memory / 1e6:.1f} MB':>19}")
    for way, part in ((way, part) for way in peers for part in ("whole step", "gradients alone")):
        theirs, bytes_ = measured[way, part], peers[way].memory()
        low, median, high = ratios(ours, theirs)
        by_clock, later = ratios(ours, theirs, "clock")[1], ratios(kept, theirs)[1]
        verdict = "reached" if median >= TARGETS[way] else "missed"
        seconds = statistics.median(seconds.processor for seconds in theirs)
        print(f"{f'{NAMES[way]}, {part}':<46} {seconds:7.3f} {f'{median:.2f} ({low:.2f} .. {high:.2f}) times':>26} "
              f"{by_clock:12.2f} {later:12.2f} {f'{bytes_ / 1e6:.1f} MB':>19} {f'{100 * memory / bytes_:.2f} %':>12}"
              f"   target {TARGETS[way]} {verdict}")
        peer_report.append(file, {
            "benchmark": "peer (T1)", "what": f"{NAMES[way]}, {part}",
            "figure": median, "unit": "times",
            "ratio": median, "ratio_low": low, "ratio_high": high, "target": TARGETS[way],
            "ratio_by_the_clock": by_clock, "ratio_later_epochs": later, "memory_share": memory / bytes_,
            "slice_numbers": numbers, "pinpoint_seconds": own, "peer_seconds": seconds})
    share = numbers / sum(weight.numel() for weight in peers["whole"].trainable)
    print(f"{case.layers} layers, {case.heads} heads of {case.head_width()}, {case.dialogues} dialogues of "
          f"{case.tokens} tokens; slices are {100 * share:.2f} % of their matrices.\n"
          f"Memory: pinpoint's by the formula, {BYTES_A_NUMBER} bytes for each of {numbers} numbers with the masters; "
          f"the others' counted from their tensors, the weights left out")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pinpoint", required=True, help="the built program")
    parser.add_argument("--random-llama", required=True, help="the built tool that writes random models")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--timed-steps", type=int, default=2, help="timed steps of each in a round")
    parser.add_argument("--threads", type=int, default=1, help="of the program, and of torch")
    parser.add_argument("--attention", default="sdpa", choices=["sdpa", "eager"], help="of transformers")
    parser.add_argument("--quick", action="store_true", help="tiny shapes: shows that it runs, measures nothing")
    parser.add_argument("--agree-only", action="store_true", help="compare what is computed, time nothing")
    parser.add_argument("--json", help="append the lines to this file, as a JSON object a line")
    sizes = parser.add_argument_group("the benchmark's model and dialogues")
    for field in dataclasses.fields(Case):
        if field.name not in ("name", "ragged", "tied", "realistic", "train_kv", "betas", "dtype"):
            sizes.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default,
                               help=f"default {field.default}")
    return parser.parse_args()


def benchmark_case(args):
    case = Case("benchmark", **{field.name: getattr(args, field.name) for field in dataclasses.fields(Case)
                                if hasattr(args, field.name)})
    if args.quick:
        case = dataclasses.replace(case, layers=3, heads=4, kv_heads=4, width=32, mlp_width=64, vocabulary=64,
                                   tokens=16, dialogues=2)
    return case


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    transformers.utils.logging.disable_progress_bar()
    peer_report.begin("peer (T1)", args.json, args.threads)
    benchmark = benchmark_case(args)
    good = True
    for case in [*small_cases(benchmark), benchmark]:
        with tempfile.TemporaryDirectory(prefix="pinpoint-peer-") as folder:
            files = Files(Path(folder), case, args.random_llama)
            program = Program(args.pinpoint, files, args.threads)
            # The release's hook masks only W_q and W_o; with keys and values it masks those too.
            peers = {way: Peer(files, way, args.attention) for way in TARGETS}
            good &= agree(case, program, peers)
            if case is benchmark and good and not args.agree_only:
                report(case, in_turns(program, peers, args.rounds, args.timed_steps), peers, args.json)
    return 0 if good else "pinpoint and PyTorch do not compute the same"


if __name__ == "__main__":
    sys.exit(main())
