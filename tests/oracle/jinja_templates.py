#!/usr/bin/env python3
"""Compares the rendering of published chat templates with transformers' own Jinja environment.

Run by hand, in a virtual environment with `pip install transformers jinja2`. TEMPLATES are folders or files: every
*.jinja in them, every `chat_template` of a *tokenizer_config.json, and every template that llama.cpp's
test-chat-template.cpp quotes is rendered for some thousand dialogues: with and without system message, one to five
turns, white space, line feeds, thoughts, special forms and non-ASCII letters in messages, open and closed. A line per
template says how often the texts are the same bytes, how often both refuse the dialogue, and how often pinpoint refuses
what it does not support. The table of the C++ tests is checked too. Exit status 1 if a text differs, or if only the
other side refuses.

Usage: jinja_templates.py PATH_OF_render_template TEMPLATES...
"""
import datetime
import itertools
import json
import random
import re
import subprocess
import sys
from pathlib import Path

from transformers.utils.chat_template_utils import _compile_jinja_template

TABLE = Path(__file__).resolve().parents[1] / "language" / "jinja" / "renderings.json"
VARIABLES = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "tools": None, "documents": None}
TEXTS = ["2+2?", "The answer is 4.", " spaced  out ", "\nline\nfeeds\n\n", "", "Ünïcödé 日本語 🙂", "</s><|im_end|>[INST]",
         "<think>\nLet me see.\n</think>\n\nIt is 4.", "{{ messages }}", "a'b\"c\\d", "\ttab", "Are you sure?",
         "<think>only", "No. </think> Yes", "x" * 300, "\u00a0nbsp\u2028", "tool_call", "None"]


def dialogues(seed, count):
    draw = random.Random(seed)
    for _ in range(count):
        messages = []
        if draw.random() < 0.4:
            messages.append({"role": "system", "content": draw.choice(TEXTS)})
        for turn in range(draw.randint(1, 5)):
            messages.append({"role": ("user", "assistant")[turn % 2], "content": draw.choice(TEXTS)})
        yield messages


def templates(paths):
    for path in map(Path, paths):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.suffix == ".jinja":
                yield file.name, file.read_text()
            elif file.name.endswith("tokenizer_config.json"):
                published = json.loads(file.read_text()).get("chat_template")
                if isinstance(published, str):
                    yield str(file), published
            elif file.name == "test-chat-template.cpp":
                for i, quoted in enumerate(re.findall(r'template_str= \*/ ("(?:[^"\\]|\\.)*")', file.read_text())):
                    yield f"{file.name} {i}", json.loads(quoted.replace("\\'", "'"))


def expected(template, variables):
    """(text, None) or (None, reason)."""
    compiled = _compile_jinja_template(template)
    compiled.globals["strftime_now"] = lambda day: datetime.datetime(2024, 7, 26).strftime(day)
    try:
        return compiled.render(**variables), None
    except Exception as error:  # templates raise what they like
        return None, f"{type(error).__name__}: {error}"


def rendered(tool, lines):
    run = subprocess.run([tool], input="".join(json.dumps(line) + "\n" for line in lines), text=True,
                         capture_output=True, check=True)
    return [json.loads(answer) for answer in run.stdout.split("\n")[:-1]]


def check_table():
    """The number of texts in tests/language/jinja/renderings.json that are not Jinja's."""
    table = json.loads(TABLE.read_text())
    wrong = 0
    for case in table["cases"]:
        try:
            text, reason = expected(case["template"], table["variables"])
        except Exception as error:  # a mistake in the template
            text, reason = None, str(error)
        if "text" in case and text != case["text"]:
            print(f"{TABLE.name}: {case['template']!r} gives {text!r} ({reason}), not {case['text']!r}")
            wrong += 1
    print(f"{TABLE.name}: {wrong} of {len(table['cases'])} wrong")
    return wrong


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    wrong = check_table()
    for name, template in templates(sys.argv[2:]):
        lines = []
        for messages, is_open, thinks in itertools.product(dialogues(name, 60), (True, False), (False, None)):
            variables = {**VARIABLES, "messages": messages, "add_generation_prompt": is_open}
            if thinks is not None:
                variables["enable_thinking"] = thinks
            lines.append({"template": template, "variables": variables})
        same = both = only_here = 0
        faults = []
        for line, answer in zip(lines, rendered(sys.argv[1], lines), strict=True):
            text, reason = expected(template, line["variables"])
            if text is not None and answer.get("text") == text:
                same += 1
            elif text is None and "error" in answer:
                both += 1
            elif text is not None and "error" in answer:
                only_here += 1
                faults.append(("refused", line["variables"]["messages"], answer["error"]))
            else:
                faults.append((reason or "differs", text, answer.get("text")))
                wrong += 1
        print(f"{name[-70:]:70} {same:5} same {both:5} both refuse {only_here:5} only pinpoint refuses")
        for fault in faults[:2]:
            print("    ", *map(lambda x: repr(x)[:400], fault), sep="\n      ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
