#!/usr/bin/env python3
"""Checks the layers of src/ (docs/architecture.md).

Only the CMake files declare the layers:
  src/GROUP/CMakeLists.txt          pinpoint_group(USES ...): the groups below this one; the order of its
                                    add_subdirectory lines: a folder uses only folders of its group listed above it
  src/GROUP/FOLDER/CMakeLists.txt   pinpoint_folder(USES ...): the folders whose headers its files include
Checked are
  - the declarations: no cycle between groups, no folder of a group that may not be used, no unused folder;
  - every #include "group/folder/...": the file's own folder, or one that its folder declares. What a used folder itself
    uses does not count;
  - the namespace of every file, which is named after its folder (files of system/base are in `pinpoint`);
  - the folders of tests/, which mirror those of src/;
  - MPI, HDF5 and CUDA, which only a few files may use.

Usage: check_layers.py [PROJECT]     exit status 1 if there are faults, which are printed, one per line
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
NAMESPACE = re.compile(r"^namespace pinpoint((?:::\w+)*)\s*\{", re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
SOURCES = {".h", ".cpp", ".cu", ".cuh"}
# Folders of tests/ without a folder in src/.
TEST_ONLY = {"bench", "fuzz", "oracle", "repository", "support"}

# Name and pattern of what only a few files may use, and the pattern of those files (paths below src/).
CONFINED = [
    ("MPI", re.compile(r"#\s*include\s*[<\"]mpi\.h"), re.compile(r"system/parallel/|system/hdf5/h5_file")),
    ("HDF5", re.compile(r"#\s*include\s*[<\"](hdf5|H5\w*)\.h"), re.compile(r"system/hdf5/")),
    (
        "a CUDA device",
        re.compile(r"\bkCUDA\b|\b(at|c10|torch)::cuda\b|\bcuda[A-Z]\w*\s*\(|\.cuda\(\)|\bDevice\b[\s\w]*[({]\s*\"cuda"
                   r"|#\s*include\s*[<\"][^>\"]*cuda"),
        re.compile(r"system/device/|system/parallel/(device_choice|nccl|versions)|model/transformer/kernels/"),
    ),
]


def declaration(file, function):
    """The arguments of `function(...)` in a CMake file, as {keyword: [words]}; None if it is not called."""
    if not file.exists():
        return None
    match = re.search(rf"\b{function}\(([^)]*)\)", re.sub(r"#[^\n]*", "", file.read_text()))
    if not match:
        return None
    arguments, keyword = {}, None
    for word in match[1].split():
        if word in ("USES", "LIBRARIES", "SUBFOLDERS"):
            keyword = arguments.setdefault(word, [])
        elif keyword is not None:
            keyword.append(word)
    return arguments


def read_tree(source):
    """({group: [groups it uses]}, {group/folder: [folders it uses]}), folders in the order of their groups' lists."""
    groups, folders = {}, {}
    for file in sorted(source.glob("*/CMakeLists.txt")):
        declared = declaration(file, "pinpoint_group")
        if declared is None:
            continue
        group = file.parent.name
        groups[group] = declared.get("USES", [])
        for name in re.findall(r"add_subdirectory\((\w+)\)", file.read_text()):
            declared = declaration(file.parent / name / "CMakeLists.txt", "pinpoint_folder")
            if declared is not None:
                folders[f"{group}/{name}"] = declared.get("USES", [])
    return groups, folders


def folder_of(path):
    """The group/folder of a path below src/, or "" for a file outside the groups (main.cpp, a generated header)."""
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else ""


def group_of(folder):
    return folder.split("/")[0]


def check_groups(groups):
    for group, uses in groups.items():
        for used in uses:
            if used not in groups:
                yield f"src/{group}/CMakeLists.txt: unknown group {used}"
            elif group in reachable(used, groups):
                yield f"src/{group}/CMakeLists.txt: group {group} uses {used}, which uses {group}"


def reachable(start, graph):
    found, waiting = set(), [start]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += graph.get(node, [])
    return found


def check_folders(groups, folders):
    order = {folder: place for place, folder in enumerate(folders)}
    for folder, uses in folders.items():
        where = f"src/{folder}/CMakeLists.txt"
        for used in uses:
            if used not in folders:
                yield f"{where}: unknown folder {used}"
            elif group_of(used) == group_of(folder):
                if order[used] >= order[folder]:
                    yield f"{where}: uses {used}, which src/{group_of(folder)}/CMakeLists.txt does not list above it"
            elif group_of(used) not in groups[group_of(folder)]:
                yield f"{where}: uses {used}, but group {group_of(folder)} does not use group {group_of(used)}"


def check_file(name, text, folders, used):
    """Complaints about one file, `name` below src/; adds to `used` the (folder, used folder) pairs of its includes."""
    folder = folder_of(name)
    for line, kind, included in includes(text):
        target = folder_of(included) if kind == '"' else ""
        if kind == '"' and "/" in included and target not in folders:
            yield f"src/{name}:{line}: {included} is in no folder of src/"
        elif folder and target and target != folder:
            used.add((folder, target))
            if target not in folders.get(folder, []):
                yield f"src/{name}:{line}: {folder} includes {included}, but does not use {target}"
    if folder:
        expected = "" if folder == "system/base" else "::" + folder.split("/")[1]
        for match in NAMESPACE.finditer(text):
            if match[1] != expected and not match[1].startswith(expected + "::"):
                yield (f"src/{name}:{line_of(text, match.start())}: namespace pinpoint{match[1]}; "
                       f"files of {folder} are in pinpoint{expected}")
    for what, pattern, allowed in CONFINED:
        match = pattern.search(text)
        if match and not allowed.match(name):
            yield f"src/{name}:{line_of(text, match.start())}: {what} outside {allowed.pattern}"


def check_tests(tests, folders):
    for folder in sorted(path for path in tests.glob("*/*") if path.is_dir()):
        name = folder.relative_to(tests).as_posix()
        if group_of(name) not in TEST_ONLY and name not in folders and any(folder.glob("*_test.*")):
            yield f"tests/{name}: src/ has no such folder"


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
    groups, folders = read_tree(source)
    if not folders:
        return [f"{source}: no pinpoint_folder(...) found"]
    complaints = [*check_groups(groups), *check_folders(groups, folders)]
    used = set()
    for file in sorted(file for file in source.rglob("*") if file.suffix in SOURCES):
        name = file.relative_to(source).as_posix()
        complaints += check_file(name, without_comments(file.read_text()), folders, used)
    complaints += [f"src/{folder}/CMakeLists.txt: USES {target}, but no file includes it"
                   for folder, uses in folders.items() for target in uses
                   if target in folders and (folder, target) not in used]
    return complaints + list(check_tests(Path(project) / "tests", folders))


def main():
    project = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    complaints = check(project)
    print("\n".join(complaints) or "layers: ok")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
