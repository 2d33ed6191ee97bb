"""scripts/check_layers.py accepts this project, and finds each way of breaking the layering."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(os.environ.get("PINPOINT_SOURCE", Path(__file__).resolve().parents[2]))


def run(project):
    script = PROJECT / "scripts" / "check_layers.py"
    return subprocess.run([sys.executable, script, project], capture_output=True, text=True, check=False)


class Layers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.write("base/CMakeLists.txt", "pinpoint_layer(base LIBRARIES fmt::fmt)")
        self.write("text/CMakeLists.txt", "pinpoint_layer(text USES base)")
        self.write("parallel/CMakeLists.txt", "pinpoint_layer(parallel USES base)")
        self.write("model/CMakeLists.txt", "pinpoint_layer(model\n  USES parallel base  # no text\n  LIBRARIES libtorch)")
        self.write("io/CMakeLists.txt", "pinpoint_layer(io USES model base)")

    def write(self, name, text):
        file = Path(self.folder.name) / "src" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

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
        self.write("model/a.cpp", '#include <vector>\n#include "base/b.h"\n#include "model/a.h"\n// #include <mpi.h>\n')
        self.write("parallel/device.cpp", "auto d = at::kCUDA;")
        self.write("main.cpp", '#include "io/a.h"\n')
        self.assertEqual(run(self.folder.name).returncode, 0, run(self.folder.name).stdout)

    def test_an_include_to_the_left(self):
        self.write("base/a.h", '/* two\nlines */\n#include "model/a.h"\n')
        self.assert_refused("src/base/a.h:3:", "base includes model/a.h, but does not use model")

    def test_an_include_of_what_only_a_used_layer_uses(self):
        self.write("io/a.cpp", '#include "parallel/a.h"\n')
        self.assert_refused("src/io/a.cpp:1:", "does not use parallel")

    def test_a_line_that_goes_left(self):
        self.write("base/CMakeLists.txt", "pinpoint_layer(base USES text)")
        self.assert_refused("base uses text")

    def test_a_line_that_goes_to_the_other_of_a_pair(self):
        self.write("parallel/CMakeLists.txt", "pinpoint_layer(parallel USES text base)")
        self.assert_refused("parallel uses text")

    def test_a_line_out_of_order(self):
        self.write("model/CMakeLists.txt", "pinpoint_layer(model USES base parallel)")
        self.assert_refused("USES base parallel is not in the order")

    def test_an_unknown_layer(self):
        self.write("extra/CMakeLists.txt", "pinpoint_layer(extra USES base)")
        self.assert_refused("unknown layer extra")

    def test_mpi_outside_parallel(self):
        self.write("io/effects_file.cpp", "\n#include <mpi.h>\n")
        self.assert_refused("src/io/effects_file.cpp:2: MPI outside")

    def test_hdf5_outside_io(self):
        self.write("model/a.cpp", "#include <hdf5.h>\n")
        self.assert_refused("src/model/a.cpp:1: HDF5 outside")

    def test_a_device_outside_parallel_device(self):
        for text in ('at::Device d("cuda:0");', "x.to(at::kCUDA);", "#include <c10/cuda/CUDAStream.h>", "x.cuda();"):
            self.write("model/a.cpp", text)
            self.assert_refused("src/model/a.cpp:1: a CUDA device outside")

    def test_no_layers_at_all(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(run(empty).returncode, 1)


if __name__ == "__main__":
    unittest.main()
