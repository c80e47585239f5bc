"""What changed, out of CHANGELOG.md: the days of the releases, and the file that Debian wants."""

import re
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from pathlib import Path
from textwrap import fill

_HEAD = re.compile(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", re.M)
MAINTAINER = "AFI Desk <afi-desk@localhost>"


def newest(root: Path) -> tuple[str, date]:
    """The last version that was released, and the day.

    Raises:
        IndexError: CHANGELOG.md has no heading ``## VERSION (YYYY-MM-DD)``.
    """
    version, day, _ = _versions(root)[0]
    return version, day


def debian_changelog(root: Path) -> str:
    """All versions in the form of Debian's policy, section 4.4."""
    entries = []
    for version, day, text in _versions(root):
        points = [" ".join(point.split()) for point in text.removeprefix("- ").split("\n- ")]
        lines = "\n".join(
            fill(point, 78, initial_indent="  * ", subsequent_indent="    ") for point in points
        )
        when = format_datetime(datetime.combine(day, time(), UTC))
        head = f"afi-desk ({version}) stable; urgency=medium"
        entries.append(f"{head}\n\n{lines}\n\n -- {MAINTAINER}  {when}\n")
    return "\n".join(entries)


def _versions(root: Path) -> list[tuple[str, date, str]]:
    _, *parts = _HEAD.split((root / "CHANGELOG.md").read_text("utf-8"))
    found = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return [(version, date.fromisoformat(day), text.strip()) for version, day, text in found]
