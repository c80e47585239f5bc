"""What an examination says of one thing."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``message`` says how it is and ``remedy`` what to do, "" where there is nothing to do. With a
    warning AFI Desk works, but for what it names. ``code`` is a word for programs."""

    subject: str
    state: State
    message: str
    remedy: str = ""
    code: str = ""


def as_json(findings: Iterable[Finding]) -> dict[str, Any]:
    """``{"ok": bool, "findings": […]}``."""
    told = list(findings)
    return {
        "ok": all(one.state != "problem" for one in told),
        "findings": [asdict(one) for one in told],
    }
