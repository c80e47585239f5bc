"""Which columns of a table are shown, as its reader chooses."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from desktop_app.ui.controls import icon_button
from desktop_app.ui.tables import Table


class ChosenColumns(QObject):
    """Columns give way where there is no room for them, unless one was chosen by hand: that is
    then shown, or not shown, at any width."""

    changed = Signal(dict)
    """What was chosen by hand, by the column's title."""

    def __init__(
        self,
        table: Table,
        titles: Sequence[str],
        fits: Callable[[int], bool],
        always: int = 0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent or table)
        self._table = table
        self._titles = titles
        self._fits = fits
        self._always = always
        self._chosen: dict[int, bool] = {}
        self.button: QToolButton = icon_button("more", "Choose the columns")
        self.menu = QMenu(self.button)
        self.button.setMenu(self.menu)
        self.button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu.aboutToShow.connect(self._fill)

    def restore(self, chosen: Mapping[str, object]) -> None:
        """Take up what :attr:`changed` once told."""
        places = {title: place for place, title in enumerate(self._titles)}
        self._chosen = {
            places[title]: shown
            for title, shown in chosen.items()
            if title in places and isinstance(shown, bool) and places[title] != self._always
        }
        self.fit()

    def fit(self) -> None:
        """Show what is chosen, and of the rest what there is room for."""
        for place in range(len(self._titles)):
            shown = place == self._always or self._chosen.get(place, self._fits(place))
            if self._table.isColumnHidden(place) == shown:
                self._table.setColumnHidden(place, not shown)

    def choose(self, place: int, *, shown: bool) -> None:
        self._chosen[place] = shown
        self.fit()
        self.changed.emit({self._titles[p]: is_shown for p, is_shown in self._chosen.items()})

    def forget(self) -> None:
        """Leave it to the room there is again."""
        self._chosen.clear()
        self.fit()
        self.changed.emit({})

    def _fill(self) -> None:
        self.menu.clear()
        for place, title in enumerate(self._titles):
            if place == self._always:
                continue
            action = QAction(title, self.menu, checkable=True)
            action.setChecked(not self._table.isColumnHidden(place))
            action.toggled.connect(lambda shown, place=place: self.choose(place, shown=shown))
            self.menu.addAction(action)
        self.menu.addSeparator()
        self.menu.addAction("As there is room", self.forget)
