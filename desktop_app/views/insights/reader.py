"""What the page asks of the store; of several questions the latest alone is answered."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop_app.services.insights import Insights
from desktop_app.ui.background import Background
from worker_core.storage import Basis, RiskUniverse

T = TypeVar("T")


class Reader(QObject):
    """Asks in the background. ``begin`` makes everything that was asked before stale."""

    known = Signal(object)
    """A tuple of ``Known``."""
    picture = Signal(object)
    comparison = Signal(object)
    risk = Signal(object)
    failed = Signal(object)
    """The error."""

    def __init__(self, insights: Insights, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._insights, self._background = insights, background
        self.number = 0

    @property
    def of_the_workers(self) -> bool:
        """Whether the store is that in which the connection's workers keep their results."""
        return self._insights.of_the_workers

    def begin(self) -> None:
        self.number += 1

    def ask_known(self) -> None:
        self._ask(self._insights.known(), "list what is stored", self.known.emit)

    def ask_picture(self, symbol: str, *, adjusted: bool) -> None:
        asked = self._insights.picture(symbol, adjusted=adjusted)
        self._ask(asked, f"read what is stored of {symbol}", self.picture.emit)

    def ask_comparison(self, symbols: Sequence[str], basis: Basis) -> None:
        asked = self._insights.comparison(symbols, basis)
        self._ask(asked, "compare the companies", self.comparison.emit)

    def ask_risk(self, chosen: RiskUniverse | None) -> None:
        names = (None, None) if chosen is None else (chosen.universe, chosen.window)
        self._ask(self._insights.risk(*names), "read the systemic risk", self.risk.emit)

    def _ask(self, asked: Coroutine[Any, Any, T], what: str, answer: Callable[[T], object]) -> None:
        self._background.run(
            asked,
            what,
            on_success=partial(self._pass_on, self.number, answer),
            on_failure=partial(self._pass_on, self.number, self.failed.emit),
            owner=self,
        )

    def _pass_on(self, number: int, hand: Callable[[Any], object], told: Any) -> None:
        if number == self.number:
            hand(told)
