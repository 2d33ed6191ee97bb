#!/usr/bin/env python3
"""Tokenizers against the libraries of their publishers: every id, on real and random texts.

Run by hand, in an environment of its own:

    python3 -m venv ENV
    ENV/bin/pip install transformers tokenizers tiktoken regex sentencepiece protobuf
    ENV/bin/python tests/oracle/tokenizer_ids.py --encode-texts build/release/tests/support/encode_texts --shared ../shared

Llama-3's vocabulary is not available. Qwen's replaces it, in a tokenizer.json with Llama-3's pattern and settings.
Qwen's vocabulary without some bytes, with SmolLM2's pre-tokenizer, tests bytes without a token. --folder names a model's
own folder with a tokenizer.json, like SmolLM2's, to compare too.

Texts with added tokens are random mixtures of added tokens and text, 1000 for each folder: Phi-3's, ChatML fine-tunes of
Llama-2 and Mistral in every form of their files (transformers 5 loads the same folder), and tokenizers whose added tokens
have every combination of flags. --added compares only these.
Random texts contain the characters of Python's tables: with Python 3.11 those of Unicode 14, as in Debian 12's PCRE2. A
newer Python draws characters on which libraries disagree. The output is a line for each tokenizer, then the differences.
Exit status 1 if there are any.
"""
import argparse
import base64
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import sentencepiece
import tiktoken
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import AutoTokenizer

CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|" + REST
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|" + REST
LACKING = set("\x04\x06\x13qz\u00e9\u4e09".encode())
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
ADDED = ["<think>", "</think>", "<tool_call>"]


def known_characters():
    """Characters that this Python's Unicode assigns, in groups of code points that are drawn equally often."""
    ranges = [(0, 0x7F), (0x80, 0x24F), (0x300, 0x36F), (0x370, 0x1FFF), (0x2000, 0x2BFF), (0x3000, 0xD7FF),
              (0xF900, 0xFFFF), (0x10000, 0x1FFFF), (0x20000, 0x2A6DF)]
    return [[chr(c) for c in range(low, high + 1) if unicodedata.category(chr(c)) not in ("Cn", "Cs")]
            for low, high in ranges]


def random_texts(count):
    draw = random.Random(5)
    groups = known_characters()
    words = ["'s", "'LL", " the", "Yes", "\r\n", "  ", "\n\n", "\t", "e\u0301", "\u212b", "\ufb01", "\u017f", "'\u017f",
             "\u180e", "\u00a0", "\u2028", "\x1c", "\x85", "123456", "<s>", "</s>", "<unk>", "\u2581", *SPECIAL, *ADDED]
    texts = []
    for _ in range(count):
        parts = [draw.choice(words) if draw.random() < 0.3 else draw.choice(draw.choice(groups))
                 for _ in range(draw.randrange(1, 40))]
        texts.append("".join(parts))
    return texts


def random_mixtures(forms, count=1000):
    """Added tokens, parts of them, words and blanks."""
    draw = random.Random(7)
    words = [" ", "  ", "\n", "\t", "\u3000", "\u00a0", "\r\n", "a", "Yes", " Yes", "user", "\u00e9", "\u4e09", "e\u0301",
             "\u200d", "_", "7", "\u00bd", ".", "\u2581", "'s", "\U0001f600", "<", ">", "<|", "|>", "im_end", "0"]
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(draw.randrange(1, 16)):
            kind, form = draw.random(), draw.choice(forms)
            parts.append(form if kind < 0.45 else draw.choice(words) if kind < 0.95 else form[:draw.randrange(len(form))])
        texts.append("".join(parts))
    return texts


def ours(program, folder, texts):
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run([program, str(folder)], input=lines, capture_output=True, encoding="utf-8", check=True)
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def read_ranks(file):
    lines = (line.split() for line in file.read_bytes().splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def split_of_token(ranks, token):
    """The two tokens that a token's last merge joins (transformers: convert_tiktoken)."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        pairs = [(ranks.get(a + b, len(ranks)), i) for i, (a, b) in enumerate(zip(parts, parts[1:]))]
        rank, i = min(pairs)
        if rank >= ranks[token]:
            break
        parts[i:i + 2] = [parts[i] + parts[i + 1]]
    return parts


def byte_level_json(ranks, pattern, normalizer, ignore_merges):
    """As transformers converts such a vocabulary."""
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in visible]
    alphabet = {**{b: chr(b) for b in visible}, **{b: chr(0x100 + i) for i, b in enumerate(others)}}
    spell = lambda token: "".join(alphabet[byte] for byte in token)
    merges = []
    for token in sorted(ranks, key=ranks.get):
        parts = split_of_token(ranks, token) if len(token) > 1 else []
        if len(parts) == 2:
            merges.append(tuple(map(spell, parts)))
    tokenizer = Tokenizer(models.BPE({spell(t): r for t, r in ranks.items()}, merges, ignore_merges=ignore_merges))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.add_tokens(ADDED)
    return tokenizer


def smollm2_json(ranks, settings):
    """A vocabulary without the tokens that contain a LACKING byte, with SmolLM2's pre-tokenizer. Settings: the model's."""
    tokens = [token for token in sorted(ranks, key=ranks.get) if not set(token) & LACKING]
    tokenizer = byte_level_json({token: i for i, token in enumerate(tokens)}, QWEN, None, False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    content = json.loads(tokenizer.to_str())
    content["model"].update(settings)
    return Tokenizer.from_str(json.dumps(content))


def llama2_json(file):
    """As published. The copy in the reference data has spaces in place of no-break spaces, and is refused because of it."""
    content = json.loads(file.read_text())
    model = content["model"]
    model["vocab"] = {token.replace(" ", "\u00a0"): id for token, id in model["vocab"].items()}
    for i, pair in [(18917, ("\u00a0", "\u00a0")), (38142, ("\u00a0\u00a0",) * 2), (42805, ("\u2581", "\u00a0"))]:
        model["merges"][i] = " ".join(pair)
    return json.dumps(content)


CHATML = ["<|im_end|>", "<|im_start|>"]  # ids 32000 and 32001, as OpenHermes and others publish them
TOOL = "<tool>"  # an added token that is not special


def write_json(file, content):
    file.write_text(json.dumps(content))


def write_chatml_folder(folder, model_type, model, config, declared):
    """A ChatML fine-tune of a SentencePiece model. declared: where its tokens are, in the decoder or in legacy files."""
    folder.mkdir()
    shutil.copy(model, folder / "tokenizer.model")
    write_json(folder / "config.json", {"model_type": model_type})
    config = {"bos_token": "<s>", "eos_token": CHATML[0], "unk_token": "<unk>", **config}
    forms = ["<unk>", "<s>", "</s>", *CHATML, TOOL]
    ids = {form: id if id < 3 else 31997 + id for id, form in enumerate(forms)}
    if declared == "decoder":
        flags = {"lstrip": False, "rstrip": False, "normalized": False, "single_word": False}
        config["added_tokens_decoder"] = {
            str(id): {"content": form, "special": form != TOOL, **flags} for form, id in ids.items()}
    else:
        write_json(folder / "added_tokens.json", {form: id for form, id in ids.items() if id >= 32000})
        write_json(folder / "special_tokens_map.json", {
            "bos_token": "<s>", "eos_token": {"content": CHATML[0], "lstrip": False, "rstrip": False,
                                              "normalized": False, "single_word": False}, "pad_token": "</s>"})
        config["additional_special_tokens"] = [CHATML[1]]
    write_json(folder / "tokenizer_config.json", config)
    return forms


def with_every_flag(tokenizer):
    """The tokenizer with added tokens of each combination of flags, and tokens that overlap or are white space."""
    names = ["lstrip", "rstrip", "single_word", "normalized"]
    for flags in itertools.product([False, True], repeat=4):
        letters = "".join(letter for letter, flag in zip("lrwn", flags) if flag)
        for special in (False, True):
            token = AddedToken(f"<{letters}{'S' if special else ''}>", special=special, **dict(zip(names, flags)))
            tokenizer.add_special_tokens([token]) if special else tokenizer.add_tokens([token])
    tokenizer.add_tokens([AddedToken("Yes", single_word=True, normalized=False), AddedToken("e\u0301x", normalized=True),
                          AddedToken("\n", normalized=False), AddedToken("<l><r>", rstrip=True, normalized=False)])
    return tokenizer


class Comparison:
    def __init__(self, program, shared):
        self.program, self.differences = program, 0
        questions = [json.loads(line)["question"] for line in open(shared / "data/gsm8k/test.jsonl")]
        self.texts = random_texts(10000) + questions

    def compare(self, name, folder, encode, decode, texts=None):
        texts = texts or self.texts
        agree = 0
        for text, found in zip(texts, ours(self.program, folder, texts)):
            expected = encode(text)
            if found["ids"] == expected and found["decoded"] == decode(text, expected):
                agree += 1
                continue
            self.differences += 1
            if self.differences <= 10:
                print(f"  {name}: {text!r}\n    ids {found['ids']}\n    not {expected}\n    decoded {found['decoded']!r}\n"
                      f"    not     {decode(text, expected)!r}")
        print(f"{name}: {agree} of {len(texts)} texts agree, ids and what they decode to")

    def compare_added(self, name, folder, forms, encode):
        texts, agree = random_mixtures(forms), 0
        for text, found in zip(texts, ours(self.program, folder, texts)):
            agree += found["with_added"] == encode(text)
            if found["with_added"] != encode(text):
                self.differences += 1
                if self.differences <= 10:
                    print(f"  {name}: {text!r}\n    ids {found['with_added']}\n    not {encode(text)}")
        print(f"{name}: {agree} of {len(texts)} mixtures of added tokens and text agree")

    def compare_added_json(self, name, tokenizer, folder):
        tokenizer.save(str(folder / "tokenizer.json"))
        forms = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
        self.compare_added(name, folder, forms, lambda text: tokenizer.encode(text, add_special_tokens=False).ids)

    def compare_folder(self, name, folder, forms, reference=None):
        transformers = AutoTokenizer.from_pretrained(str(reference or folder))
        self.compare_added(name, folder, forms, lambda text: transformers.encode(text, add_special_tokens=False))
        return transformers

    def compare_json(self, name, tokenizer, folder, decode=None, texts=None):
        tokenizer.encode_special_tokens = True
        tokenizer.no_padding()
        tokenizer.save(str(folder / "tokenizer.json"))
        encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
        self.compare(name, folder, encode, decode or (lambda text, ids: tokenizer.decode(ids)), texts)


def compare_fine_tunes(comparison, root, files):
    """Llama-2 and Mistral with ChatML's tokens: tokenizer.model only, and with a tokenizer.json.

    From a tokenizer.model only, transformers' LlamaTokenizer makes merges without the scores of the pieces, so that runs
    of blanks have other ids than in SentencePiece (transformers 5.24). Its reference has the published merges.
    """
    published = root / "published.json"
    published.write_text(llama2_json(files / "llama2/tokenizer.json"))
    for model_type, model in (("llama", "llama2/tokenizer.model"), ("mistral", "mistral/tokenizer.model.v1")):
        for legacy, declared in itertools.product((None, True, False), ("decoder", "added_tokens.json")):
            config = {"tokenizer_class": "LlamaTokenizer", **({} if legacy is None else {"legacy": legacy})}
            name = f"{model_type} with ChatML, legacy {legacy}, {declared}"
            folder = root / name
            forms = write_chatml_folder(folder, model_type, files / model, config, declared)
            with_json = root / (name + ", tokenizer.json too")
            shutil.copytree(folder, with_json)
            if model_type == "llama":
                shutil.copy(published, with_json / "tokenizer.json")
                comparison.compare_folder(name, folder, forms, with_json)
            else:
                comparison.compare_folder(name, folder, forms).save_pretrained(str(root / "saved"))
                shutil.copy(root / "saved/tokenizer.json", with_json)
            comparison.compare_folder(with_json.name, with_json, forms)
        folder = root / f"{model_type} without tokenizer_config"
        write_chatml_folder(folder, model_type, files / model, {}, "added_tokens.json")
        (folder / "tokenizer_config.json").unlink()
        comparison.compare_folder(folder.name, folder, forms)


def compare_added_tokens(comparison, root, files, ranks):
    phi3 = (files / "phi3/tokenizer.json").read_text()
    def folder(name):
        (root / name).mkdir()
        return root / name
    comparison.compare_added_json("Phi-3's added tokens", Tokenizer.from_str(phi3), folder("phi3 added"))
    for name, normalizer in (("NFC", normalizers.NFC()), ("no normalizer", None)):
        tokenizer = byte_level_json(ranks, QWEN, normalizer, False)
        comparison.compare_added_json(f"Every flag, bytes, {name}", with_every_flag(tokenizer), folder(f"bytes {name}"))
    comparison.compare_added_json("Every flag, a prefix for each text", with_every_flag(Tokenizer.from_str(phi3)),
                                  folder("prefix"))
    for scheme in ("first", "always", "never"):
        tokenizer = Tokenizer.from_str(phi3)
        tokenizer.normalizer = None
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
        comparison.compare_added_json(f"Every flag, Metaspace {scheme}", with_every_flag(tokenizer), folder(scheme))
    compare_fine_tunes(comparison, root, files)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encode-texts", required=True, help="the tests' own program")
    parser.add_argument("--shared", required=True, type=Path, help="reference values and data")
    parser.add_argument("--folder", action="append", default=[], type=Path, help="of a model with a tokenizer.json")
    parser.add_argument("--added", action="store_true", help="only texts with added tokens")
    arguments = parser.parse_args()
    files = arguments.shared / "data/tokenizers"
    comparison = Comparison(arguments.encode_texts, arguments.shared)
    ranks = read_ranks(files / "qwen/qwen.tiktoken")

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        def folder(of):
            (root / of).mkdir()
            return root / of

        compare_added_tokens(comparison, root, files, ranks)
        for given in arguments.folder:
            tokenizer = Tokenizer.from_file(str(given / "tokenizer.json"))
            forms = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
            comparison.compare_added(f"{given} with added tokens", given, forms,
                                     lambda text: tokenizer.encode(text, add_special_tokens=False).ids)
        if arguments.added:
            sys.exit(1 if comparison.differences else 0)

        special = {form: len(ranks) + i for i, form in enumerate(SPECIAL)}
        qwen = tiktoken.Encoding("qwen", pat_str=QWEN, mergeable_ranks=ranks, special_tokens=special)
        nfc = lambda text: unicodedata.normalize("NFC", text)
        shutil.copy(files / "qwen/qwen.tiktoken", folder("qwen"))
        comparison.compare("Qwen-1 (tiktoken)", root / "qwen", lambda text: qwen.encode_ordinary(nfc(text)),
                           lambda text, ids: nfc(text))

        # What was normalised or stays text comes back as it was. The library's own tables of normal forms are those of
        # an older Unicode, so texts that it normalises otherwise than Python are left out.
        same = [text for text in comparison.texts if normalizers.NFC().normalize_str(text) == nfc(text)]
        print(f"Qwen2, Qwen3: {len(comparison.texts) - len(same)} texts left out, whose NFC the library has otherwise")
        comparison.compare_json("Qwen2, Qwen3 (tokenizers)", byte_level_json(ranks, QWEN, normalizers.NFC(), False),
                                folder("qwen2"), lambda text, ids: nfc(text), same)
        comparison.compare_json("Llama-3's kind (tokenizers)", byte_level_json(ranks, LLAMA3, None, True),
                                folder("llama3"), lambda text, ids: text)
        unknown = {"unk_token": "!"}  # which merges with others
        for name, settings in (("left out", {}), ("left out in whole pieces", {"ignore_merges": True}),
                               ("unknown", unknown), ("unknown, fused", {**unknown, "fuse_unk": True})):
            comparison.compare_json(f"Bytes without a token, {name} (tokenizers)",
                                    smollm2_json(ranks, settings), folder(name))
        for given in arguments.folder:
            comparison.compare_json(f"{given} (tokenizers)", Tokenizer.from_file(str(given / "tokenizer.json")),
                                    folder("given " + given.name))
        for name, content in (("Llama-2", llama2_json(files / "llama2/tokenizer.json")),
                              ("Phi-3", (files / "phi3/tokenizer.json").read_text())):
            comparison.compare_json(f"{name}'s tokenizer.json (tokenizers)", Tokenizer.from_str(content),
                                    folder(name + " json"))

        for name, file in (("Llama-2", "llama2/tokenizer.model"), ("Mistral v1", "mistral/tokenizer.model.v1"),
                           ("Mistral v3", "mistral/tokenizer.model.v3")):
            model = sentencepiece.SentencePieceProcessor(model_file=str(files / file))
            shutil.copy(files / file, folder(name) / "tokenizer.model")
            comparison.compare(f"{name} (sentencepiece)", root / name, model.encode, lambda text, ids: model.decode(ids))
    sys.exit(1 if comparison.differences else 0)


if __name__ == "__main__":
    main()
