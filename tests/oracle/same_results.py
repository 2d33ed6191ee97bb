#!/usr/bin/env python3
"""Whether two builds of pinpoint compute the same bits: for changes that must not change a result.

Each program trains the demo's model, sweeps and tunes it, exports the tuned model, and sweeps the reference models. All
files are compared bit for bit, except what names the run: the attributes `created`, `commit`, `config`, `hosts` and the
seals, the hashes of parent files, times in tune.jsonl, and paths.

Usage: same_results.py OLD NEW FOLDER [SHARED]     two programs, an empty folder to work in, the reference values
Runs under mpirun on 2 ranks. Needs h5py and numpy.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np

# What names the run, and what h5py shows as addresses within the file (dimension scales).
IGNORED_ATTRIBUTES = {"created", "commit", "config", "hosts", "parents", "DIMENSION_LIST", "REFERENCE_LIST"}
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
CONFIG = """model:
  path: {model}
  dtype: {dtype}
{chat}output: {output}
sweep:
  pairs: {pairs}
  samples: all
  exact_check: 10
{sweep}select:
  count: 8
tune:
  data: {data}
  steps: 6
  batch: 8
  checkpoint_every: 3
"""


def run(program, *words):
    command = ["mpirun", "-n", "2", program, *map(str, words)]
    result = subprocess.run(command, env=os.environ | ENVIRONMENT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {result.returncode}\n{result.stdout}{result.stderr}")


def demo(program, folder):
    model, output = folder / "model", folder / "out"
    run(program, "demo-model", model)
    chat = f"  chat_template: {model}/chat_template.yaml\n"
    words = "  record_tokens: {apology: apologies, confirm: \"yes\"}\n"
    config = folder / "demo.yaml"
    config.write_text(CONFIG.format(model=model, dtype="float32", chat=chat, output=output, sweep=words,
                                    pairs=model / "pairs.jsonl", data=model / "train.jsonl"))
    run(program, "sweep", config)
    run(program, "tune", config)
    run(program, "export", output, "--to", folder / "exported")
    run(program, "demo-tuning", model, output / "heads.json", "--draws", 1, "--to", folder / "tuning.json")
    sft = folder / "sft"
    run(program, "tune", config, "--set", "tune.method=sft", "--set", f"output={sft}")
    run(program, "export", sft, "--to", folder / "exported-sft")


def reference_sweeps(program, folder, shared):
    for case in sorted((shared / "goldens").iterdir()):
        expected = case / "expected.json"
        values = json.loads(expected.read_text()) if expected.exists() else {}
        if "reference" not in values:
            continue
        pairs = folder / f"{case.name}.jsonl"
        pairs.write_text("".join(
            json.dumps({"id": str(i), "reference_tokens": a, "counterfactual_tokens": b}) + "\n"
            for i, (a, b) in enumerate(zip(values["reference"], values["counterfactual"]))))
        apology, confirm = values["record_ids"]
        ids = f"  record_token_ids: {{apology: {apology}, confirm: {confirm}}}\n"
        for dtype in ("float32", "bf16"):
            config = folder / f"{case.name}-{dtype}.yaml"
            config.write_text(CONFIG.format(model=case, dtype=dtype, chat="", output=folder / f"{case.name}-{dtype}",
                                            sweep=ids, pairs=pairs, data=pairs))
            run(program, "sweep", config)


def h5_differences(old, new):
    def attributes(item):
        return {name: value for name, value in item.attrs.items() if name not in IGNORED_ATTRIBUTES}

    def contents(file):
        found = {"/": (attributes(file), None)}
        file.visititems(lambda name, item: found.__setitem__(
            name, (attributes(item), item[()] if isinstance(item, h5py.Dataset) else None)))
        return found

    with h5py.File(old) as a, h5py.File(new) as b:
        before, after = contents(a), contents(b)
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            yield f"{name} is only in one of them"
            continue
        for attribute in sorted(before[name][0].keys() | after[name][0].keys()):
            x, y = before[name][0].get(attribute), after[name][0].get(attribute)
            if not np.array_equal(x, y):
                yield f"{name}: attribute {attribute}: {x!r} and {y!r}"
        x, y = before[name][1], after[name][1]
        if isinstance(x, np.ndarray) and name.endswith("seconds"):
            continue
        if x is not None and (x.dtype != y.dtype or x.shape != y.shape or x.tobytes() != y.tobytes()
                              and not np.array_equal(x, y)):
            yield f"{name}: values differ"


def text_of(file, folder):
    text = file.read_text().replace(str(folder), "FOLDER")
    if file.name == "tune.jsonl":
        lines = [json.loads(line) for line in text.splitlines()]
        text = "\n".join(json.dumps({k: v for k, v in line.items() if k != "seconds"}) for line in lines)
    return text


def differences(old, new):
    def files(folder):
        return {f.relative_to(folder) for f in folder.rglob("*") if f.is_file() and "log" not in f.parts and f.name != ".lock"}

    for name in sorted(files(old) ^ files(new)):
        yield f"{name}: only in one of the two"
    for name in sorted(files(old) & files(new)):
        a, b = old / name, new / name
        if name.suffix == ".h5":
            yield from (f"{name}: {difference}" for difference in h5_differences(a, b))
        elif name.suffix in (".json", ".jsonl", ".yaml"):
            if text_of(a, old) != text_of(b, new):
                yield f"{name}: texts differ"
        elif a.read_bytes() != b.read_bytes():
            yield f"{name}: bytes differ"


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    folder = Path(sys.argv[3]).resolve()
    shared = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    for name, program in (("old", sys.argv[1]), ("new", sys.argv[2])):
        if (folder / name / "complete").exists():  # made by an earlier call with the same program
            continue
        (folder / name).mkdir(parents=True)
        demo(program, folder / name)
        if shared:
            reference_sweeps(program, folder / name, shared)
        (folder / name / "complete").touch()
    found = list(differences(folder / "old", folder / "new"))
    count = sum(1 for f in (folder / "old").rglob("*") if f.is_file())
    print("\n".join(found) or f"the same bits in {count} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
