"""What the store knows by name."""

from dataclasses import dataclass
from typing import Literal, get_args

NameKind = Literal["symbol", "document", "document_id", "company", "metric"]
NAME_KINDS: tuple[NameKind, ...] = get_args(NameKind)


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """Something in the store: ``value`` is what a task takes, ``title`` what a person knows it by,
    ``detail`` what else tells it from others."""

    value: str
    title: str
    detail: str = ""
