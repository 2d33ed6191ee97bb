#!/usr/bin/env python3
"""Refuses what breaks the layering of src/ (CONTRIBUTING.md, "Layers").

The link lines `pinpoint_layer(NAME USES ...)` in src/*/CMakeLists.txt are the diagram. Checked are
  - the lines themselves: a layer uses only layers further right, named from left to right;
  - every #include "folder/...": its own folder, or one that its folder's own line names. What a layer that is used
    uses in turn does not count: a folder's line says all that its files include;
  - MPI, HDF5 and CUDA, each in its own few files only.

Usage: check_layers.py [PROJECT]     exit status 1 when something is wrong, one line each.
"""
import re
import sys
from pathlib import Path

# From left to right; the layers of one place do not know each other.
ORDER = [
    ["commands"], ["io"], ["planning", "patching", "demo"], ["tuning"], ["dialogue", "model", "byte_pair"],
    ["parallel", "text"], ["base"],
]
PLACE = {layer: place for place, layers in enumerate(ORDER) for layer in layers}

LINE = re.compile(r"pinpoint_layer\(\s*(\w+)(?:\s+USES\s+([\w\s]*?))?\s*(?:\bLIBRARIES\b[^)]*)?\)")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)

# What may stand in few files only: its name, how to recognise it, and where it may stand (paths below src/).
CONFINED = [
    ("MPI", re.compile(r"#\s*include\s*[<\"]mpi\.h"), re.compile(r"parallel/|io/h5_file")),
    ("HDF5", re.compile(r"#\s*include\s*[<\"](hdf5|H5\w*)\.h"), re.compile(r"io/")),
    (
        "a CUDA device",
        re.compile(r"\bkCUDA\b|\b(at|c10|torch)::cuda\b|\bcuda[A-Z]\w*\s*\(|\.cuda\(\)|\bDevice\b[\s\w]*[({]\s*\"cuda"
                   r"|#\s*include\s*[<\"][^>\"]*cuda"),
        re.compile(r"parallel/device|parallel/nccl|parallel/versions|model/kernels/"),
    ),
]


def read_layers(source):
    """{layer: [layers it uses]} from the link lines."""
    layers = {}
    for file in sorted(source.glob("*/CMakeLists.txt")):
        match = LINE.search(re.sub(r"#[^\n]*", "", file.read_text()))
        if match:
            layers[match[1]] = (match[2] or "").split()
    return layers


def check_lines(layers):
    """Complaints about the link lines themselves."""
    for layer, uses in layers.items():
        where = f"src/{layer}/CMakeLists.txt"
        unknown = [name for name in [layer, *uses] if name not in PLACE]
        if unknown:
            yield f"{where}: unknown layer {unknown[0]}; add it to ORDER in scripts/check_layers.py"
            continue
        for used in uses:
            if PLACE[used] <= PLACE[layer]:
                yield f"{where}: {layer} uses {used}, which does not stand further right"
        places = [PLACE[used] for used in uses]
        if places != sorted(places):
            yield f"{where}: USES {' '.join(uses)} is not in the order of the diagram"


def check_file(name, text, layers):
    """Complaints about one file; `name` is its path below src/."""
    folder = name.split("/")[0] if "/" in name else None  # main.cpp stands left of all layers
    for line, kind, included in includes(text):
        target = included.split("/")[0]  # of a file without folder (a generated header) no layer
        if kind == '"' and folder and target in layers and target not in (folder, *layers.get(folder, [])):
            yield f"src/{name}:{line}: {folder} includes {included}, but does not use {target}"
    for what, pattern, allowed in CONFINED:
        match = pattern.search(text)
        if match and not allowed.match(name):
            yield f"src/{name}:{line_of(text, match.start())}: {what} outside {allowed.pattern}"


def includes(text):
    for match in INCLUDE.finditer(text):
        yield line_of(text, match.start(1)), match[1], match[2]


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def without_comments(text):
    """`text` with its comments blanked, so that lines keep their numbers."""
    return COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def check(project):
    """All complaints about the project, as lines of text."""
    source = Path(project) / "src"
    layers = read_layers(source)
    complaints = list(check_lines(layers))
    if not layers:
        complaints.append(f"{source}: no pinpoint_layer(...) line found")
    for file in sorted(file for file in source.rglob("*") if file.suffix in {".h", ".cpp", ".cu", ".cuh"}):
        complaints += check_file(file.relative_to(source).as_posix(), without_comments(file.read_text()), layers)
    return complaints


def main():
    project = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    complaints = check(project)
    print("\n".join(complaints) or "layers: ok")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
