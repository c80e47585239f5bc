"""The page on security names tests that exist, for every row that it has to have."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| \d", line)
]
WANTED = (
    "1.5.1 1.5.2 2.2.1 2.2.2 2.4.1 5.2.1 5.2.2 5.2.3 5.3.2 7.2.2 7.2.3 8.2.1 8.2.2 8.2.3 8.3.1 "
    "12.2.1 12.3.1 12.3.2 13.2.1 13.2.2 13.2.3 13.2.4 13.3.1 15.1.2 15.2.2 16.2.5 16.3.1 16.3.2 "
    "16.3.3 16.3.4 16.5.1"
)


def test_every_requirement_has_its_row() -> None:
    assert " ".join(row[0] for row in ROWS) == WANTED


def test_every_row_names_tests_that_exist() -> None:
    there = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text("utf-8"), re.M)
    }
    for number, _asked, met, shown in ROWS:
        named = re.findall(r"`(test_\w+)`", shown)
        assert named, number
        assert len(met) > 20, number
        assert set(named) <= there, (number, set(named) - there)
