"""``python -m pipelines.docs FOLDER [--check]``: write the generated pages, or tell which are out of date.

Belongs here: files and exit codes (0 written or up to date, 1 out of date). Does not: what the pages say.
"""

import argparse
import sys
from pathlib import Path

from pipelines.docs.pages import PAGES


def main() -> int:
    """Write or compare; return the exit code."""
    parser = argparse.ArgumentParser(description="The pages of docs/ that are generated from the code's own data.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if a page is out of date")
    options = parser.parse_args()
    stale = [name for name, write in PAGES.items() if not _is_current(options.folder / name, write())]
    if options.check:
        for name in stale:
            sys.stderr.write(f"{options.folder / name} is out of date: run make docs and commit it\n")
        return int(bool(stale))
    for name in stale:
        (options.folder / name).write_text(PAGES[name](), encoding="utf-8")
    return 0


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
