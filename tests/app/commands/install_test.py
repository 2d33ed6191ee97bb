"""The tree that `cmake --install` makes works from any place, without the build and the source."""
import os
import shutil
import subprocess
from pathlib import Path

import pinpoint_cli as cli

BUILD = Path(os.environ["PINPOINT_BUILD"])
INSTALLED = ("bin/pinpoint", "lib/pinpoint/pinpoint_sentencepiece.so", "share/pinpoint/hdf5_schemas/effects.yaml",
             "share/pinpoint/configs/reference.yaml", "share/pinpoint/slurm/sweep.sbatch",
             "share/doc/pinpoint/method.md", "share/doc/pinpoint/README.md")


class Install(cli.ProgramTest):
    def setUp(self):
        super().setUp()
        first = self.folder / "first"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", first], check=True, capture_output=True)
        self.place = self.folder / "another place"
        shutil.move(first, self.place)
        self.program = self.place / "bin" / "pinpoint"

    def test_everything_is_there(self):
        self.assertEqual([name for name in INSTALLED if not (self.place / name).exists()], [])

    def test_it_names_no_folder_of_the_build(self):
        dynamic = subprocess.run(["readelf", "-d", self.program], check=True, capture_output=True, text=True).stdout
        self.assertNotIn(str(BUILD), dynamic)

    def test_it_sweeps_the_demo(self):
        config = cli.demo_config(self.folder)
        result = cli.run("sweep", config, ranks=2, program=self.program)  # reads the tokenizer with the module
        self.assert_status(result, 0)
        self.assert_status(cli.run("check", self.folder / "out" / "effects.h5", program=self.program), 0)
        reference = cli.demo_config(self.folder, output=self.folder / "by-the-build")
        self.assert_status(cli.run("sweep", reference, ranks=2), 0)
        self.assert_same_bits(self.folder / "out" / "effects.h5", self.folder / "by-the-build" / "effects.h5")


if __name__ == "__main__":
    cli.main()
