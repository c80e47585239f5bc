"""How a table shows the values of a model: one column a description."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter

AnyIndex = QModelIndex | QPersistentModelIndex


class Kind(Enum):
    """What a value is, which decides how it is painted."""

    TEXT = auto()
    MONO = auto()
    """Identifiers, in the code font."""
    NUMBER = auto()
    """To the right, so that figures stand under each other."""
    STATE = auto()
    """The name of a state: a pill."""
    PROGRESS = auto()
    """0 to 1 as a bar with its percentage; None stays empty."""
    SPARK = auto()
    """A sequence of finite numbers, oldest first."""
    DRAWN = auto()
    """What the column itself draws."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    :param format: from the model's value to text; default ``str``, with nothing for None
    :param role: the role that holds the value
    :param ink: the token that colours the text, or what gives it for an index; None for the usual
    :param draw: draws a value of the kind ``DRAWN`` into a rectangle
    :param width: in pixels; of a column that stretches, what it wants before others get more
    :param most: how wide it becomes where there is room to spare; 0 for no wider than ``width``
    :param stretch: takes the room that is left; one column of a table at most
    """

    kind: Kind = Kind.TEXT
    width: int = 120
    format: Callable[[Any], str] | None = None
    role: int = Qt.ItemDataRole.DisplayRole
    ink: str | Callable[[AnyIndex], str | None] | None = None
    stretch: bool = False
    most: int = 0
    draw: Callable[[QPainter, QRectF, Any], None] | None = None

    @property
    def alignment(self) -> Qt.AlignmentFlag:
        side = (
            Qt.AlignmentFlag.AlignRight if self.kind is Kind.NUMBER else Qt.AlignmentFlag.AlignLeft
        )
        return side | Qt.AlignmentFlag.AlignVCenter

    def text(self, value: Any) -> str:
        if value is None:
            return ""
        return self.format(value) if self.format is not None else str(value)
