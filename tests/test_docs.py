"""The pages of the documentation: their links, their pictures, the strict build."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_picture_and_every_page_that_is_linked_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


def test_the_documentation_is_built_strictly(tmp_path: Path) -> None:
    """A dead link, a missing anchor and a page that the contents do not name are errors."""
    answer = subprocess.run(
        [sys.executable, str(ROOT / "dev"), "docs", str(tmp_path / "site")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    for page in PAGES:
        if page.is_relative_to(ROOT / "docs"):
            built = tmp_path / "site" / page.relative_to(ROOT / "docs").with_suffix(".html")
            assert built.is_file(), built
