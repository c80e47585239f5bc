"""What a search means, apart from how it was typed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Mode(StrEnum):
    CONTAINS = "contains"
    EQUALS = "equals"
    GLOB = "glob"
    """``*`` stands for any run of characters, ``?`` for one."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text that is looked for. A to Z match in either case, all other letters as they are: that
    is what SQLite's LIKE does, so both kinds of search agree."""

    text: str
    mode: Mode = Mode.CONTAINS


@dataclass(frozen=True, slots=True)
class Span:
    """From ``low`` to ``high``, open ended where one is None; ``above`` and ``below`` leave the
    ends themselves out. Durations are in seconds."""

    low: float | None = None
    high: float | None = None
    above: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Free text: in any of the fields that are searched for it, also in the middle of a word."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Text:
    """One of the patterns in a text field. With ``GLOB`` the whole value must fit."""

    field: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class States:
    """One of these states, by Celery's names, in the order of ``rows.STATES``."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A number in one of the spans. What is not known is in none."""

    field: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """Known to be so, or known not to be."""

    field: str
    value: bool


@dataclass(frozen=True, slots=True)
class Has:
    """Something is known about that field, and it is not empty."""

    field: str


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


Leaf = Words | Text | States | Compare | Flag | Has
Node = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A search; without ``root`` it finds everything. Two are equal that mean the same."""

    root: Node | None = None

    @property
    def everything(self) -> bool:
        return self.root is None

    @property
    def moves(self) -> bool:
        """Whether passing time alone may change what is found."""
        return self.root is not None and any(
            isinstance(leaf, Compare) and leaf.field != "retries" for leaf in leaves(self.root)
        )


EVERYTHING: Final = Query()


def leaves(node: Node) -> list[Leaf]:
    """The conditions of a search, in their order."""
    match node:
        case And(parts) | Or(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part):
            return leaves(part)
        case _:
            return [node]


def conjunction(parts: list[Node]) -> Node:
    """All of the parts, of which there is at least one."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def disjunction(parts: list[Node]) -> Node:
    """Any of the parts, of which there is at least one."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def negation(part: Node) -> Node:
    return part.part if isinstance(part, Not) else Not(part)
