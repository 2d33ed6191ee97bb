"""The pages of docs/ and beside it name files that exist, and link to headings that exist."""
import os
import re
import unittest
from pathlib import Path

PROJECT = Path(os.environ.get("PINPOINT_SOURCE", Path(__file__).resolve().parents[2]))
PAGES = [*sorted((PROJECT / "docs").glob("*.md")), *sorted(PROJECT.glob("*.md"))]
# `app/config/config_keys.cpp`, `src/app/config`, `study/patching/walk`: a file below src/ may lack its suffix.
SOURCE = re.compile(r"`((?:src/)?(?:app|study|language|model|system)/[\w./-]*\w|(?:tests|scripts|slurm|cmake)/[\w./-]*\w)`")
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(#[^)\s]*)?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def exists(name):
    if re.search(r"\b[A-Z]{3,}", name):  # a placeholder, as in NAME_fuzzer.cpp
        return True
    places = [PROJECT / name, PROJECT / "src" / name]
    return any(place.exists() or list(place.parent.glob(place.name + ".*")) for place in places)


def anchor(heading):
    """As GitHub makes it."""
    return "#" + re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", "")).replace(" ", "-")


class Docs(unittest.TestCase):
    def test_named_files_exist(self):
        named = [(page.name, name) for page in PAGES for name in SOURCE.findall(page.read_text())]
        self.assertGreater(len(named), 50)
        self.assertEqual([(page, name) for page, name in named if not exists(name)], [])

    def test_links_lead_somewhere(self):
        broken = []
        for page in PAGES:
            for path, heading in LINK.findall(page.read_text()):
                target = page.parent / path if path else page
                if not target.exists():
                    broken.append((page.name, path))
                elif heading and heading not in map(anchor, HEADING.findall(target.read_text())):
                    broken.append((page.name, path + heading))
        self.assertEqual(broken, [])


if __name__ == "__main__":
    unittest.main()
