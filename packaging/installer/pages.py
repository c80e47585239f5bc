"""The lines of the guide that put a package in and take it out again, as they are typed."""

import re
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "first-steps.md"
_CELL = re.compile(r"`((?:sudo )?(?:apt|dnf|pipx|uv tool) [^`]+)`")


def lines() -> dict[str, tuple[str, str]]:
    """By program (``apt``, ``dnf``, ``uv``, ``pipx``): what installs, and what removes.

    Raises:
        ValueError: the guide names only one of the two.
    """
    found: dict[str, list[str]] = {}
    for row in GUIDE.read_text("utf-8").splitlines():
        for line in _CELL.findall(row) if row.startswith("| `afi") else ():
            typed = line.removeprefix("sudo ")
            found.setdefault(typed.split()[0], []).append(typed)
    return {program: _pair(program, both) for program, both in found.items()}


def installing(program: str, file: str) -> str:
    """The line that installs ``file``, for whoever is root and in its folder."""
    line, _ = lines()[program]
    *words, named = line.split()
    # The page writes where a version stands, or FILE.
    return " ".join([*words, f"./{file}" if named.startswith("./") else file])


def removing(program: str) -> str:
    """The line that takes it out."""
    return lines()[program][1]


def _pair(program: str, both: list[str]) -> tuple[str, str]:
    if len(both) != 2:
        raise ValueError(f"the guide has {len(both)} lines for {program}: {both}")
    return both[0], both[1]
