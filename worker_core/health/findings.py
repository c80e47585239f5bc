"""What is found wrong, in words for whoever has to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["ok", "note", "warning", "critical"]

SEVERITIES: Final[tuple[Severity, ...]] = ("ok", "note", "warning", "critical")
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """``part`` is the part of the system (broker, database, workers, queues, failures, disk,
    clocks, schedule), ``subject`` the one among several, or "". A note is worth knowing, and
    changes nothing about whether the system is well."""

    severity: Severity
    part: str
    subject: str
    what: str
    means: str
    next: str

    @property
    def text(self) -> str:
        return f"{self.what} {self.means} {self.next}".strip()


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the system that could not be read: ``what`` happened and what to do ``next``."""

    part: str
    what: str
    next: str


def worst(findings: Iterable[Finding]) -> Severity:
    """The state of the whole: ok, warning or critical."""
    found = max((SEVERITIES.index(one.severity) for one in findings), default=0)
    return "ok" if found <= SEVERITIES.index("note") else SEVERITIES[found]


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first, otherwise as they came."""
    return tuple(sorted(findings, key=lambda one: -SEVERITIES.index(one.severity)))


def named(name: str) -> str:
    """A name from outside as a finding shows it: without control characters, and not too long."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
    return shown if len(shown) <= NAME_LENGTH else f"{shown[: NAME_LENGTH - 1]}…"


def some(names: Iterable[str], most: int = 5) -> str:
    """A few of the names, and how many more there are."""
    known = list(names)
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(map(named, known[:most])) + more


def size(count: float) -> str:
    """A number of bytes as people read it."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def duration(seconds: float) -> str:
    """A stretch of time as people read it."""
    if abs(seconds) < 1:
        return f"{seconds * 1000:.0f} ms"
    for unit, length, most in (("s", 1, 120), ("min", 60, 120), ("h", 3600, 48)):
        if abs(seconds) < most * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"
