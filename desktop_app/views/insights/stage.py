"""What stands below the controls: a pane, or a sentence that says why there is none."""

import re
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.ui import formats, texts
from desktop_app.ui.empty import EmptyState
from desktop_app.views.insights import acts
from desktop_app.views.insights.act_button import hinder
from desktop_app.views.insights.acts import Act

_SYMBOL: Final = re.compile(r"[A-Z0-9^][A-Z0-9.\-^=]{0,14}")
"""What the tasks take for a symbol."""


def is_symbol(text: str) -> bool:
    """Whether prices of it can be fetched."""
    return _SYMBOL.fullmatch(text) is not None


class Stage(QStackedWidget):
    """One of the panes, or an empty state with the task that would fill it."""

    act_wanted = Signal(object)
    again_wanted = Signal()

    def __init__(self, *panes: QWidget) -> None:
        super().__init__()
        self.empty: EmptyState | None = None
        self._act: Act | None = None
        self._why = ""
        for pane in panes:
            self.addWidget(pane)

    def show_pane(self, pane: QWidget) -> None:
        self.setCurrentWidget(pane)
        self._drop()

    def hinder(self, why: str) -> None:
        """No task can be started, and why; an empty text lets it."""
        self._why = why
        if self.empty is not None and self._act is not None:
            hinder(self.empty.button, self._act, why)

    def show_nothing_stored(self) -> None:
        self._show_act(
            "Nothing is stored yet of any company",
            "The sample has the real prices of five stocks and two indices. Or write a symbol "
            "above to fetch its prices from your source.",
            acts.load_sample(),
        )

    def show_unknown(self, symbol: str) -> None:
        """Nothing is stored of what was written for a symbol."""
        said = formats.shorten(symbol, 40)
        if is_symbol(symbol):
            self._show_act(
                f"Nothing is stored of {said}",
                "Fetch its prices, or choose another symbol above.",
                acts.update_prices(symbol),
            )
            return
        hint = "A symbol is made of up to 15 letters and digits, and . - ^ =. Correct it above."
        self._show(EmptyState("candles", f"“{said}” is no symbol that can be fetched", hint))

    def show_no_risk(self) -> None:
        self._show_act(
            "No systemic risk is measured yet",
            "It needs the prices of two symbols at least, over more than 500 sessions.",
            acts.measure_risk(),
        )

    def show_problem(self, error: Exception) -> None:
        """The store could not be read."""
        said = getattr(error, "message", "") or str(error)
        remedy = getattr(error, "remedy", "") or "The log has the details."
        again = self.again_wanted.emit
        self._show(EmptyState("warning", texts.breakable(said), remedy, "Try again", again))

    def _show_act(self, sentence: str, hint: str, act: Act) -> None:
        start = partial(self.act_wanted.emit, act)
        self._show(EmptyState("candles", sentence, hint, act.words, start), act)

    def _show(self, empty: EmptyState, act: Act | None = None) -> None:
        self._drop()
        self.empty, self._act = empty, act
        self.addWidget(empty)
        self.setCurrentWidget(empty)
        self.hinder(self._why)

    def _drop(self) -> None:
        if self.empty is not None:
            self.removeWidget(self.empty)
            self.empty.deleteLater()
            self.empty = self._act = None
