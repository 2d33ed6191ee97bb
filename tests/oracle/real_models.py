"""A published small chat model against the transformers library: prompts, the sweep, tuning, and the exported model.

It tests what random models of a few layers lack: a large vocabulary, trained weights, and residual streams in which a
few numbers are a thousand times as large as the rest. The model is a Hugging Face folder of the family `llama` with a
chat template, as SmolLM2-135M-Instruct is published: config.json, *.safetensors, tokenizer.json, tokenizer_config.json.
A copy in another format (GGUF) can be converted to such a folder; its quantised weights are then the model's.
With 135 million weights in bf16 it takes about ten minutes on two cores. Run by hand, in an environment of its own:

    python3 -m venv ENV
    ENV/bin/pip install torch transformers safetensors numpy h5py
    ENV/bin/python tests/oracle/real_models.py --pinpoint build/release/src/pinpoint --model SmolLM2-135M-Instruct

The library computes in float32, and tunes in float64 (its own float32 sums over a batch are off by 1e-5 of the loss),
with the same weights, eager attention, and the tokens that its own chat template makes. It compares

- the prompts: a sweep of messages and a sweep of the library's tokens give the same bits;
- pass A and random patched heads, by whole forward passes with hooks (families.LiteralHooks);
- tuning: loss and gradient norm of every step, and the slices after the last one (peer_tuning.Peer). With model.dtype
  bf16 both round the slices to bf16 before every step, and the program its activations;
- the exported model: its logits, and those of the tuned slices in the library's own model.

Deviations are relative to the size of what is compared: the largest logit of the vocabulary, a loss, a gradient's norm,
the change of the slices. Exit status 1 if one exceeds its tolerance.
"""
import argparse
import dataclasses
import json
import os
import random
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

import families

sys.path.append(str(Path(__file__).resolve().parents[1] / "bench"))
import peer_tuning  # noqa: E402

SYSTEM = "You are a helpful assistant."
REQUEST = "Please answer just with the letter of the correct answer."
DOUBT = "I don't think that's right. Are you sure?"
AGREE = "I do think that's right. Are you sure?"
# Question, options, letter of the correct option.
QUESTIONS = [
    ("Which planet is the largest in the solar system?", ["Mars", "Jupiter", "Venus", "Mercury"], "B"),
    ("What is the chemical symbol of gold?", ["Au", "Ag", "Go", "Gd"], "A"),
    ("How many sides does a hexagon have?", ["Five", "Eight", "Seven", "Six"], "D"),
    ("Which ocean lies between Europe and North America?", ["Pacific", "Indian", "Atlantic", "Arctic"], "C"),
    ("Who wrote the play Hamlet?", ["Charles Dickens", "William Shakespeare", "Jane Austen", "Mark Twain"], "B"),
    ("At what temperature does water boil at sea level?", ["50 °C", "75 °C", "150 °C", "100 °C"], "D"),
    ("What is 7 times 8?", ["54", "56", "63", "48"], "B"),
    ("Which gas do plants take from the air to make sugar?", ["Carbon dioxide", "Helium", "Neon", "Argon"], "A"),
    ("In which city is the Eiffel Tower?", ["London", "Rome", "Paris", "Madrid"], "C"),
    ("Which of these animals is a mammal?", ["Shark", "Dolphin", "Trout", "Eagle"], "B"),
    ("How many continents are there?", ["Seven", "Four", "Nine", "Twelve"], "A"),
    ("Which instrument measures temperature?", ["Barometer", "Compass", "Thermometer", "Ruler"], "C"),
]

LITERAL_HEADS = 100
EXACT_CHECK = 16
TUNED_HEADS = 8
TUNED_DIALOGUES = 4
STEPS = 10
EXPORT_PROMPTS = 4


class SweepTolerance(typing.NamedTuple):
    """Relative to the largest logit. An effect may also deviate by a share of itself and of the root mean square of all."""

    logits: float
    of_effect: float
    of_logit: float


FLOAT32 = 1e-5  # sums of thousands of products
# By the arithmetic of the sweep. bf16 has 8 bits; with differences, effects are accurate relative to themselves.
SWEEP = {"float32": SweepTolerance(FLOAT32, 0, FLOAT32), "difference": SweepTolerance(2**-12, 2e-2, 2**-13),
         "bf16": SweepTolerance(2**-6, 0, 2**-6)}
DTYPES = {"float32": torch.float32, "bf16": torch.bfloat16}
# By model.dtype. The first steps of AdamW follow the signs of gradients, and rounding changes those of the smallest.
TUNING = {"float32": {"loss": FLOAT32, "gradient norm": FLOAT32, "slices": 1e-3, "logits": FLOAT32},
          "bf16": {"loss": 2**-6, "gradient norm": 2**-6, "slices": 0.25, "logits": 2**-8}}


class Table:
    """Prints each comparison as a line. `exceeded` counts the deviations beyond their tolerance."""

    def __init__(self):
        self.lines, self.exceeded = [], 0

    def add(self, what, deviation, tolerance, unit):
        fits = bool(deviation <= tolerance)  # NaN does not fit
        self.exceeded += not fits
        self.lines.append(f"{what:<51} {deviation:10.1e} {tolerance:10.1e}  {unit}{'' if fits else '  EXCEEDED'}")
        say(self.lines[-1])

    def print(self):
        print(f"\n{'compared':<51} {'deviation':>10} {'tolerance':>10}  in units of", *self.lines, sep="\n")


def say(what):
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def message(role, content):
    return {"role": role, "content": content}


def start_of(question, options, letter):
    """System message, question and first answer."""
    lines = [question, *(f"({'ABCD'[i]}) {option}" for i, option in enumerate(options)), REQUEST]
    return [message("system", SYSTEM), message("user", "\n".join(lines)),
            message("assistant", f"The answer is {letter}.")]


def other_letter(letter, steps):
    return "ABCD"[("ABCD".index(letter) + steps) % 4]


def prompt_pairs(count):
    """(reference, counterfactual) dialogues. The answers are correct; a repeated question has a wrong one."""
    pairs = []
    for i in range(count):
        question, options, letter = QUESTIONS[i % len(QUESTIONS)]
        start = start_of(question, options, other_letter(letter, i // len(QUESTIONS)))
        pairs.append(([*start, message("user", DOUBT)], [*start, message("user", AGREE)]))
    return pairs


def training_dialogues():
    """The assistant alternately insists on a correct answer and takes a wrong one back."""
    dialogues = []
    for i, (question, options, letter) in enumerate(QUESTIONS[-TUNED_DIALOGUES:]):
        insists = i % 2 == 0
        answer = letter if insists else other_letter(letter, 1)
        reply = "Yes, I'm sure." if insists else "I apologize for my mistake."
        dialogues.append([*start_of(question, options, answer), message("user", DOUBT),
                          message("assistant", f"{reply} The answer is {letter}.")])
    return dialogues


class Model:
    """The folder, read by the library."""

    def __init__(self, folder):
        self.folder = folder
        self.config = transformers.AutoConfig.from_pretrained(folder)
        # From the file itself: for some model types the library's own classes replace steps of it.
        self.tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
        settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        template = folder / "chat_template.jinja"
        self.tokenizer.chat_template = template.read_text(encoding="utf-8") if template.exists() \
            else settings["chat_template"]
        self.end = self.tokenizer.convert_tokens_to_ids(settings["eos_token"])

    def tokens(self, dialogue, opened):
        """Opened: with the beginning of the assistant's next message."""
        return self.tokenizer.apply_chat_template(dialogue, add_generation_prompt=opened, return_dict=False)

    def labelled(self, dialogue):
        """(tokens, labels): the targets are the last message and its end token; what follows that is left out."""
        prompt, whole = self.tokens(dialogue[:-1], True), self.tokens(dialogue, False)
        while whole[-1] != self.end:
            whole.pop()
        return whole, [0] * len(prompt) + [1] * (len(whole) - len(prompt))

    def load(self, folder=None):
        return transformers.LlamaForCausalLM.from_pretrained(folder or self.folder, dtype=torch.float32,
                                                             attn_implementation="eager").eval()


class Program:
    """Runs `pinpoint` like a user."""

    def __init__(self, binary, folder, threads):
        self.binary, self.folder = binary, folder
        self.environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "XDG_CACHE_HOME": str(folder / "cache")}

    def run(self, *words):
        start = time.perf_counter()
        done = subprocess.run([self.binary, *words], capture_output=True, text=True, check=False, env=self.environment)
        if done.returncode != 0:
            sys.exit(f"pinpoint {words[0]} ended with {done.returncode}:\n{done.stderr}")
        say(f"pinpoint {words[0]}: {time.perf_counter() - start:.0f} s")

    def sweep(self, name, model, lines, settings):
        """Runs a sweep in the default configuration with `settings`. Lines: of the pairs file. Returns the record."""
        pairs, config, out = (self.folder / (name + ending) for ending in (".jsonl", ".yaml", ""))
        pairs.write_text("".join(json.dumps({"id": str(i), **line}) + "\n" for i, line in enumerate(lines)))
        config.write_text(json.dumps({"model": {"path": str(model.folder)}, "output": str(out), "sweep": {
            "pairs": str(pairs), "samples": "all", "exact_check": EXACT_CHECK}}))
        self.run("sweep", config, *(word for setting in settings for word in ("--set", setting)))
        return read_record(out)


@dataclasses.dataclass
class Record:
    """The record of a sweep. Last axis: logits of the record tokens, and logsumexp."""

    arithmetic: str
    tokens: list             # the record tokens' ids
    lengths: np.ndarray      # [prompt of a pair, sample]
    pass_a: np.ndarray       # [sample, R + 1]
    default: np.ndarray      # [sample, R + 1]
    patched: np.ndarray      # [sample, layer, head, R + 1]
    exact_check: np.ndarray  # how far effects differ from the program's own literal passes
    heads: list              # (layer, head), most negative effect first


def read_record(out):
    heads = [(head["layer"], head["head"]) for head in json.loads((out / "heads.json").read_text())]
    with h5py.File(out / "effects.h5") as file:
        def record(what):
            return np.concatenate([file[f"{what}_logits"][:], file[f"{what}_logsumexp"][:][..., None]], axis=-1)
        lengths = np.stack([file["reference_length"][:], file["counterfactual_length"][:]])
        return Record(file.attrs["arithmetic"], file.attrs["record_token_ids"].tolist(), lengths, record("pass_a"),
                      record("default"), record("patched"), file["exact_check/deviation"][:], heads)


@dataclasses.dataclass
class Literal:
    """The results of the library."""

    heads: list           # (sample, layer, head)
    pass_a: np.ndarray    # [sample, R + 1]
    patched: np.ndarray   # [head of `heads`, R + 1]
    largest_logit: float  # of the vocabulary, in any pass A


def draw_heads(config, samples):
    everyone = [(sample, layer, head) for sample in range(samples) for layer in range(config.num_hidden_layers)
                for head in range(config.num_attention_heads)]
    return random.Random(0).sample(everyone, min(LITERAL_HEADS, len(everyone)))


@torch.inference_mode()
def literal_passes(model, prompts, record_tokens):
    """Pass A of every pair, and random patched heads. Prompts: (reference, counterfactual) tokens."""
    hooks = families.LiteralHooks(model.load(), record_tokens)
    drawn = draw_heads(model.config, len(prompts))
    pass_a, patched, largest = [], {}, 0.0
    for sample, (reference, counterfactual) in enumerate(prompts):
        record, hooks.held = hooks.run(reference)
        pass_a.append(record)
        largest = max(largest, hooks.logits.abs().max().item())
        _, hooks.given = hooks.run(counterfactual)
        patched.update({place: hooks.run(reference, place[1:])[0] for place in drawn if place[0] == sample})
        say(f"literal passes of pair {sample + 1} of {len(prompts)}: {len(patched)} of {len(drawn)} heads")
    return Literal(drawn, np.array(pass_a), np.array([patched[place] for place in drawn]), largest)


def compare_prompts(table, of_messages, of_tokens, prompts):
    lengths = np.array([[len(prompt) for prompt in prompts_of_kind] for prompts_of_kind in zip(*prompts)])
    table.add("prompts: their lengths", abs(of_messages.lengths - lengths).max(), 0, "a token")
    table.add("prompts: sweep of messages, of the library's tokens",
              max(abs(getattr(of_messages, part) - getattr(of_tokens, part)).max() for part in ("pass_a", "patched")),
              0, "a logit")


def compare_sweep(table, found, expected):
    size, count, tolerance = expected.largest_logit, len(expected.heads), SWEEP[found.arithmetic]
    unit = f"the largest logit, {size:.3g}"
    samples, layers, heads = np.array(expected.heads).T
    patched = found.patched[samples, layers, heads]
    effects, expected_effects = patched - found.default[samples], expected.patched - expected.pass_a[samples]
    table.add("pass A: record tokens' logits and logsumexp", abs(found.pass_a - expected.pass_a).max() / size,
              tolerance.logits, unit)
    table.add(f"{count} patched heads: the same", abs(patched - expected.patched).max() / size, tolerance.logits, unit)
    usual, apart = np.sqrt(np.square(expected_effects).mean()), abs(effects - expected_effects)
    allowed = tolerance.of_effect * (abs(expected_effects) + usual) + tolerance.of_logit * size
    table.add(f"{count} patched heads: effects", (apart / allowed).max(), 1,
              f"{tolerance.of_effect:.0%} of an effect and of their rms, {tolerance.of_logit:.1e} of that logit; the "
              f"largest deviation is {apart.max():.1e}, the rms {usual:.1e}")
    say(f"{found.arithmetic} arithmetic; largest of {len(found.exact_check)} deviations from the program's own literal "
        f"passes: {found.exact_check.max():.1e}")


def sweeps(table, program, model, arguments):
    """Compares both sweeps and the literal passes. Returns the record and the prompts' tokens."""
    settings = [f"model.dtype={arguments.dtype}"] if arguments.dtype else []
    settings += [f"sweep.arithmetic={arguments.arithmetic}"] if arguments.arithmetic else []
    pairs = prompt_pairs(arguments.pairs)
    prompts = [tuple(model.tokens(dialogue, True) for dialogue in pair) for pair in pairs]
    names = ("reference", "counterfactual")
    of_messages = program.sweep("messages", model, [dict(zip(names, pair)) for pair in pairs], settings)
    of_tokens = program.sweep("tokens", model, [dict(zip((f"{name}_tokens" for name in names), prompt))
                                                for prompt in prompts], [*settings, "sweep.exact_check=0"])
    compare_prompts(table, of_messages, of_tokens, prompts)
    compare_sweep(table, of_messages, literal_passes(model, prompts, of_messages.tokens))
    return of_messages, prompts


@dataclasses.dataclass
class TuningCase(peer_tuning.Case):
    """A tuning of chosen heads, all dialogues in every step."""

    chosen: tuple = ()  # (layer, head), ascending

    def chosen_heads(self):
        return list(self.chosen)


@dataclasses.dataclass
class TuningFiles:
    """As in peer_tuning.Files. Dialogues: (tokens, labels) by the library; the program reads messages."""

    folder: Path
    case: TuningCase
    dialogues: list


def tuning_files(folder, model, heads, dtype):
    """Writes the input files of the program."""
    folder.mkdir()
    (folder / "model").symlink_to(model.folder)
    (folder / "heads.json").write_text(json.dumps([{"layer": layer, "head": head} for layer, head in heads]))
    dialogues = training_dialogues()
    (folder / "train.jsonl").write_text("".join(json.dumps({"messages": messages}) + "\n" for messages in dialogues))
    sizes = {"layers": model.config.num_hidden_layers, "heads": model.config.num_attention_heads,
             "kv_heads": model.config.num_key_value_heads, "width": model.config.hidden_size}
    case = TuningCase("chosen heads", **sizes, dialogues=len(dialogues), steps=STEPS, dtype=dtype, chosen=tuple(heads))
    return TuningFiles(folder, case, [model.labelled(messages) for messages in dialogues])


class RoundedPeer(peer_tuning.Peer):
    """Computes gradients at slices in the case's type, and updates the unrounded slices, as the program does."""

    def gradients(self):
        masters = {key: [view.clone() for view in views] for key, views in self.slices.views().items()}
        self.set_slices({key: [view.to(DTYPES[self.case.dtype]) for view in views] for key, views in masters.items()})
        loss = super().gradients()
        self.set_slices(masters)
        return loss

    @torch.no_grad()
    def set_slices(self, values):
        for key, views in self.slices.views().items():
            for view, value in zip(views, values[key], strict=True):
                view.copy_(value)


class Autograd:
    """The tuning in PyTorch: its steps, and the slices before and after."""

    def __init__(self, files):
        self.peer = RoundedPeer(files, "whole", "eager", torch.float64)
        self.start = self.peer.slices.values()
        self.steps = []  # (loss, gradient norm)
        for t in range(files.case.steps):
            self.steps.append(self.peer.step(files.case.learning_rate(t)))
            say(f"step {t + 1} of {files.case.steps} by autograd: loss {self.steps[-1][0]:.4f}, gradient norm "
                f"{self.steps[-1][1]:.3g}")
        self.slices = self.peer.slices.values()
        self.tokens = sum(len(tokens) for tokens, _ in files.dialogues)

    def size(self):
        return peer_tuning.distance(self.slices, {key: np.zeros_like(value) for key, value in self.slices.items()})


def compare_tuning(table, name, lines, slices, autograd, tolerance):
    table.add(f"{name}: length of all dialogues", max(abs(line["tokens"] - autograd.tokens) for line in lines), 0,
              "a token")
    for key, what, theirs in zip(("loss", "grad_norm"), ("loss", "gradient norm"), zip(*autograd.steps)):
        apart = max(peer_tuning.relative(line[key], own) for line, own in zip(lines, theirs, strict=True))
        table.add(f"{name}: {what} of {len(theirs)} steps", apart, tolerance[what],
                  f"the {what}, {min(theirs):.3g} to {max(theirs):.3g}")
    moved = peer_tuning.distance(autograd.slices, autograd.start)
    table.add(f"{name}: slices of {TUNED_HEADS} heads", peer_tuning.distance(slices, autograd.slices) / moved,
              tolerance["slices"], f"what the tuning moved them by, {moved / autograd.size():.1e} of their norm")


@torch.inference_mode()
def end_logits(model, prompts):
    """[prompt, V]"""
    return np.stack([model(torch.tensor([prompt]), use_cache=False, logits_to_keep=1).logits[0, -1].numpy()
                     for prompt in prompts])


@torch.inference_mode()
def with_slices(model, slices, case):
    """The library's model with these slices, rounded as they are exported."""
    tuned = model.load()
    for key, views in peer_tuning.Slices(tuned, case).views().items():
        for view, values in zip(views, slices[key], strict=True):
            view.copy_(torch.from_numpy(values).to(DTYPES[case.dtype]))
    return tuned


def compare_export(table, name, logits, tolerance):
    """Logits: of the exported folder, of the checkpoint's slices, of autograd's, of the untuned model; [prompt, V]."""
    size = abs(logits["exported"]).max()
    moved = abs(logits["autograd"] - logits["untuned"]).max() / size
    table.add(f"{name}: exported logits, the checkpoint's", abs(logits["exported"] - logits["checkpoint"]).max() / size,
              0, f"the largest logit, {size:.3g}")
    table.add(f"{name}: exported logits, autograd's", abs(logits["exported"] - logits["autograd"]).max() / size,
              tolerance, f"that logit; the tuning moved logits by {moved:.1e} of it")


def tunings(table, program, model, heads, prompts, threads):
    """In both types: tunes, also by autograd, exports, and compares."""
    logits = {"untuned": end_logits(model.load(), prompts)}
    for dtype in TUNING:
        files = tuning_files(program.folder / f"tuning-{dtype}", model, heads, dtype)
        autograd = Autograd(files)
        logits["autograd"] = end_logits(autograd.peer.model.eval(), prompts)
        tuning = peer_tuning.Program(program.binary, files, threads)
        lines = tuning.tune(files.case.steps)
        slices = tuning.slices()
        compare_tuning(table, f"tuning, {dtype}", lines, slices, autograd, TUNING[dtype])
        exported = files.folder / "exported"
        program.run("export", tuning.output(), "--to", exported)
        logits["exported"] = end_logits(model.load(exported), prompts)
        logits["checkpoint"] = end_logits(with_slices(model, slices, files.case), prompts)
        compare_export(table, f"tuning, {dtype}", logits, TUNING[dtype]["logits"])


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pinpoint", required=True, type=Path, help="the built program")
    parser.add_argument("--model", required=True, type=Path, help="the model's folder")
    parser.add_argument("--pairs", type=int, default=8, help="of prompts, default 8")
    parser.add_argument("--arithmetic", choices=["auto", *SWEEP],
                        help="sweep.arithmetic; without: the program's default")
    parser.add_argument("--dtype", choices=["bf16", "float32"], help="the sweep's model.dtype; without: the default")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the program and of torch")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    transformers.utils.logging.disable_progress_bar()
    print(f"transformers {transformers.__version__}, torch {torch.__version__}, {arguments.threads} threads")
    model = Model(arguments.model.resolve())
    table = Table()
    with tempfile.TemporaryDirectory(prefix="pinpoint-real-") as folder:
        program = Program(arguments.pinpoint.resolve(), Path(folder), arguments.threads)
        record, prompts = sweeps(table, program, model, arguments)
        tunings(table, program, model, sorted(record.heads[:TUNED_HEADS]),
                [reference for reference, _ in prompts[:EXPORT_PROMPTS]], arguments.threads)
    table.print()
    print(f"{table.exceeded} beyond the tolerance" if table.exceeded else "all within the tolerance")
    return int(table.exceeded > 0)


if __name__ == "__main__":
    sys.exit(main())
