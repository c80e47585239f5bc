"""Which characters of a text are in sight, in as many words as there is room for."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui import fonts, formats
from desktop_app.ui.controls import Label


class PlaceLabel(Label):
    """Says it shorter before it would be cut; the tip says it whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            font=fonts.sans(11),
            ink="text_muted",
            elide=Qt.TextElideMode.ElideRight,
            parent=parent,
        )
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._forms: tuple[str, ...] = ("",)

    def forget(self) -> None:
        """Nothing is in sight."""
        self._forms = ("",)
        self._fit()

    def show_place(self, first: int, last: int, characters: int) -> None:
        """Characters ``first`` to ``last`` of all of them."""
        begun, ended, all_of_it = map(formats.count, (first, last, characters))
        self._forms = (
            f"{begun}–{ended} of {all_of_it}",
            f"{begun} of {all_of_it}",
            f"{first / characters * 100:.0f} %" if characters else "",
        )
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        metrics = self.fontMetrics()
        fitting = (one for one in self._forms if metrics.horizontalAdvance(one) <= room)
        self.setText(next(fitting, self._forms[-1]))
        self.setToolTip(self._forms[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
