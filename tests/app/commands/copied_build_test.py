"""A copy of the build works from any place: programs find the SentencePiece module relative to themselves."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pinpoint_cli as cli

BUILD = Path(os.environ["PINPOINT_BUILD"])
MODULE = BUILD / "lib" / "pinpoint" / "pinpoint_sentencepiece.so"


def run_path(file):
    """The folders in which `file` looks for libraries."""
    dynamic = subprocess.run(["readelf", "-d", file], check=True, capture_output=True, text=True).stdout
    found = re.search(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", dynamic)
    return [entry for entry in found[1].split(":") if entry] if found else []


class CopiedBuild(cli.ProgramTest):
    def test_run_paths_are_relative_to_the_file_or_outside_of_the_build(self):
        for file in (Path(cli.PINPOINT), Path(cli.RANDOM_LLAMA), MODULE):
            entries = run_path(file)
            self.assertIn("$ORIGIN/../../lib/pinpoint" if file == Path(cli.RANDOM_LLAMA) else "$ORIGIN/../lib/pinpoint", entries)
            for entry in entries:
                self.assertRegex(entry, r"^(\$ORIGIN)?(/[^$]*)$", file)  # the shell or make may swallow a part of $ORIGIN
                self.assertFalse(entry.startswith(str(BUILD)), entry)

    def test_it_tokenizes_with_its_own_module(self):
        place = self.folder / "another place"
        for file in (Path(cli.PINPOINT), MODULE):
            there = place / file.relative_to(BUILD)
            there.parent.mkdir(parents=True)
            shutil.copy(file, there)
        program = place / Path(cli.PINPOINT).relative_to(BUILD)
        text = "yes it is\n"
        copied = cli.run("tokenize", "--model", cli.DEMO_MODEL, program=program, stdin=text)
        self.assert_status(copied, 0)
        self.assertRegex(copied.output, r"^\d+( \d+)+\n$")
        self.assertEqual(copied.output, cli.run("tokenize", "--model", cli.DEMO_MODEL, stdin=text).output)
        (place / MODULE.relative_to(BUILD)).unlink()
        self.assert_status(cli.run("tokenize", "--model", cli.DEMO_MODEL, program=program, stdin=text), 1)


if __name__ == "__main__":
    cli.main()
