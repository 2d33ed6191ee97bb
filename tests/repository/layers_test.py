"""scripts/check_layers.py accepts this project, and finds each way of breaking the layers."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(os.environ.get("PINPOINT_SOURCE", Path(__file__).resolve().parents[2]))

# A small tree with every kind of declaration: group or folder -> the text of its CMakeLists.txt.
TREE = {
    "system": "pinpoint_group()\nadd_subdirectory(base)\nadd_subdirectory(files)\nadd_subdirectory(parallel)\n",
    "language": "pinpoint_group(USES system)\nadd_subdirectory(text)\n",
    "model": "pinpoint_group(USES system)\nadd_subdirectory(transformer)\nadd_subdirectory(weights)\n",
    "app": "pinpoint_group(USES language model  # not system\n)\nadd_subdirectory(commands)\n",
    "system/base": "pinpoint_folder(LIBRARIES fmt::fmt)",
    "system/files": "pinpoint_folder(USES system/base)",
    "system/parallel": "pinpoint_folder(USES system/base)",
    "language/text": "pinpoint_folder()",
    "model/transformer": "pinpoint_folder(\n  USES system/base  # no parallel\n  LIBRARIES libtorch)",
    "model/weights": "pinpoint_folder(SUBFOLDERS disk USES model/transformer system/parallel)",
    "app/commands": "pinpoint_folder(USES model/weights)",
}
FILES = {
    "system/base/check.h": "namespace pinpoint {\n}\n",
    "system/files/a.h": '#include "system/base/check.h"\nnamespace pinpoint::files {\nnamespace detail {}\n}\n',
    "system/parallel/a.h": '#include "system/base/check.h"\nnamespace pinpoint::parallel {}\n',
    "model/transformer/a.h": '#include <vector>\n#include "system/base/check.h"\n#include "model/transformer/b.h"\n'
                             "namespace pinpoint::transformer {}\n// #include <mpi.h>\n",
    "model/weights/disk/a.cpp": '#include "model/transformer/a.h"\n#include "system/parallel/a.h"\n',
    "app/commands/a.cpp": '#include "model/weights/a.h"\n#include "generated.h"\n',
    "main.cpp": '#include "app/commands/a.h"\n#include "system/base/check.h"\n',
}


def run(project):
    script = PROJECT / "scripts" / "check_layers.py"
    return subprocess.run([sys.executable, script, project], capture_output=True, text=True, check=False)


class Layers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for name, text in TREE.items():
            self.write(f"{name}/CMakeLists.txt", text)
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name, text, tree="src"):
        file = Path(self.folder.name) / tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def add(self, name, line):
        self.write(name, FILES[name] + line)

    def assert_refused(self, *words):
        result = run(self.folder.name)
        self.assertEqual(result.returncode, 1, result.stdout)
        for word in words:
            self.assertIn(word, result.stdout)
        self.assertEqual(len(result.stdout.splitlines()), 1, result.stdout)

    def test_this_project_passes(self):
        result = run(PROJECT)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_a_good_tree_passes(self):
        self.assertEqual(run(self.folder.name).stdout, "layers: ok\n")

    # Includes

    def test_an_include_of_a_group_above(self):
        self.write("system/base/b.h", '/* two\nlines */\n#include "model/transformer/a.h"\nnamespace pinpoint {}\n')
        self.assert_refused("src/system/base/b.h:3:", "system/base includes model/transformer/a.h, but does not use")

    def test_an_include_of_a_folder_above_in_the_same_group(self):
        self.add("model/transformer/a.h", '#include "model/weights/a.h"\n')
        self.assert_refused("src/model/transformer/a.h:6:", "does not use model/weights")

    def test_an_include_of_a_neighbour_that_is_not_declared(self):
        self.add("system/parallel/a.h", '#include "system/files/a.h"\n')
        self.assert_refused("src/system/parallel/a.h:3:", "does not use system/files")

    def test_an_include_of_what_only_a_used_folder_uses(self):
        self.add("app/commands/a.cpp", '#include "model/transformer/a.h"\n')
        self.assert_refused("src/app/commands/a.cpp:3:", "does not use model/transformer")

    def test_an_include_in_a_folder_within_a_folder(self):
        self.add("model/weights/disk/a.cpp", '#include "system/files/a.h"\n')
        self.assert_refused("src/model/weights/disk/a.cpp:3:", "model/weights includes system/files/a.h")

    def test_an_include_of_nothing(self):
        self.add("app/commands/a.cpp", '#include "weights/a.h"\n')
        self.assert_refused("src/app/commands/a.cpp:3:", "in no folder of src/")

    # Declarations

    def test_groups_that_use_each_other(self):
        self.write("model/CMakeLists.txt", TREE["model"].replace("system", "system language"))
        self.write("language/CMakeLists.txt", TREE["language"].replace("system", "system model"))
        result = run(self.folder.name).stdout
        self.assertIn("group model uses language, which uses model", result)
        self.assertIn("group language uses model, which uses language", result)

    def test_a_folder_of_a_group_that_is_not_used(self):
        self.write("language/text/CMakeLists.txt", "pinpoint_folder(USES model/weights)")
        self.write("language/text/a.h", '#include "model/weights/a.h"\nnamespace pinpoint::text {}\n')
        self.assert_refused("language/text", "group language does not use group model")

    def test_a_folder_that_uses_one_listed_below_it(self):
        self.write("system/base/CMakeLists.txt", "pinpoint_folder(USES system/files)")
        self.write("system/base/check.h", '#include "system/files/a.h"\nnamespace pinpoint {}\n')
        self.assert_refused("uses system/files, which src/system/CMakeLists.txt does not list above it")

    def test_a_declaration_that_nothing_needs(self):
        self.write("app/commands/CMakeLists.txt", "pinpoint_folder(USES model/weights model/transformer)")
        self.assert_refused("USES model/transformer, but no file includes it")

    def test_unknown_names(self):
        self.write("app/commands/CMakeLists.txt", "pinpoint_folder(USES model/weights model/extra)")
        self.assert_refused("unknown folder model/extra")
        self.write("app/commands/CMakeLists.txt", TREE["app/commands"])
        self.write("app/CMakeLists.txt", TREE["app"].replace("language", "speech"))
        self.assert_refused("unknown group speech")

    def test_no_folders_at_all(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(run(empty).returncode, 1)

    # Names

    def test_a_namespace_of_another_folder(self):
        self.write("system/files/b.h", "\nnamespace pinpoint::hdf5 {\n")
        self.assert_refused("src/system/files/b.h:2: namespace pinpoint::hdf5; files of system/files are in "
                            "pinpoint::files")

    def test_tests_of_no_folder(self):
        self.write("model/attention/a_test.cpp", "", tree="tests")
        self.assert_refused("tests/model/attention: src/ has no such folder")

    def test_tests_that_mirror(self):
        self.write("model/weights/a_test.cpp", "", tree="tests")
        self.write("repository/a/b_test.py", "", tree="tests")
        self.assertEqual(run(self.folder.name).returncode, 0)

    # What only a few files may use

    def test_mpi(self):
        self.write("system/files/b.h", "\n#include <mpi.h>\n")
        self.assert_refused("src/system/files/b.h:2: MPI outside")

    def test_hdf5(self):
        self.write("model/transformer/b.cpp", "#include <hdf5.h>\n")
        self.assert_refused("src/model/transformer/b.cpp:1: HDF5 outside")

    def test_a_device(self):
        for text in ('at::Device d("cuda:0");', "x.to(at::kCUDA);", "#include <c10/cuda/CUDAStream.h>", "x.cuda();"):
            self.write("model/transformer/b.cpp", text)
            self.assert_refused("src/model/transformer/b.cpp:1: a CUDA device outside")
        self.write("system/device/CMakeLists.txt", "pinpoint_folder()")
        self.write("model/transformer/b.cpp", "")
        self.write("system/device/b.cpp", "x.cuda();")
        self.assertEqual(run(self.folder.name).returncode, 0)


if __name__ == "__main__":
    unittest.main()
