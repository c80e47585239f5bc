"""What the library is narrowed by: words, and a document's symbol, form and date of filing."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, button, icon_button
from desktop_app.ui.filtered_list import FilterField
from desktop_app.ui.tokens import Space
from worker_core.storage import SearchFilters

# Typing goes on; the store is asked when it pauses.
_PAUSE_MS = 220
_FIELDS = {
    "ticker": ("Ticker", "AAPL", 16),
    "document_type": ("Form", "10-K", 32),
    "since": ("Filed from", "2024-01-31", 10),
    "until": ("Filed to", "2024-12-31", 10),
}
_DATES = {"since", "until"}


class Finder(QWidget):
    """A field for words over a row of filters, which stays out of sight until it is wanted."""

    changed = Signal()
    """Other documents are wanted."""
    left = Signal()
    """On to what was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = FilterField("Search the documents", "Search all documents", 200)
        self.field.setMinimumWidth(120)
        self.field.setMaximumWidth(16_777_215)
        self.field.setMaxLength(1000)
        self.field.setToolTip(
            "Every word must be there. “Words in quotes” stand next to each other, "
            "-word must not be there, one OR other is either."
        )
        self.toggle = icon_button("filter", "Filter by symbol, form and date")
        self.toggle.setCheckable(True)
        self.filters: dict[str, QLineEdit] = {}
        self._row = QWidget()
        self._problem = Label(font=fonts.sans(12), ink="danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self.field.textChanged.connect(lambda _: self._pause.start())
        self.field.left.connect(self._leave)
        self.toggle.toggled.connect(self._row.setVisible)
        self._arrange()

    def _arrange(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(Space.XS)
        first.addWidget(self.field, 1)
        first.addWidget(self.toggle)
        grid = QGridLayout(self._row)
        grid.setContentsMargins(0, Space.XS, 0, 0)
        grid.setSpacing(Space.XS)
        for place, (name, (title, hint, longest)) in enumerate(_FIELDS.items()):
            field = self.filters[name] = QLineEdit()
            field.setAccessibleName(title)
            field.setToolTip(title)
            field.setPlaceholderText(f"{title}: {hint}")
            field.setMaxLength(longest)
            field.setClearButtonEnabled(True)
            field.textChanged.connect(lambda _: self._pause.start())
            grid.addWidget(field, *divmod(place, 2))
        clear = button("Clear", self.clear_filters, kind="quiet")
        clear.setAccessibleName("Clear the filters")
        grid.addWidget(clear, 0, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addLayout(first)
        layout.addWidget(self._row)
        layout.addWidget(self._problem)
        self._row.hide()

    @property
    def words(self) -> str:
        return self.field.text().strip()

    def chosen(self) -> SearchFilters | None:
        """What the filters say; None where one of them cannot be read, which is then said."""
        told: dict[str, object] = {}
        wrong = []
        for name, field in self.filters.items():
            text = field.text().strip()
            if not text:
                continue
            value: object = text
            if name in _DATES:
                value = day(text, last=name == "until")
                if value is None:
                    wrong.append(_FIELDS[name][0])
                    continue
            told[name] = value
        self._problem.setText(f"{' and '.join(wrong)}: a day is written as 2024-11-01.")
        self._problem.setVisible(bool(wrong))
        self.toggle.setChecked(self.toggle.isChecked() or bool(told) or bool(wrong))
        return None if wrong else SearchFilters(**told)  # type: ignore[arg-type] # by their names

    def told(self) -> dict[str, str]:
        """The filters as they were typed, to be kept."""
        return {name: field.text() for name, field in self.filters.items() if field.text()}

    def restore(self, told: Mapping[str, object]) -> None:
        """Type filters that :meth:`told` once gave."""
        for name, field in self.filters.items():
            text = told.get(name)
            field.setText(text if isinstance(text, str) else "")
        self.toggle.setChecked(any(field.text() for field in self.filters.values()))

    def clear_filters(self) -> None:
        for field in self.filters.values():
            field.clear()

    def settle(self) -> None:
        """Nothing is waited for any more."""
        self._pause.stop()

    def now(self) -> None:
        """Ask at once."""
        self._pause.stop()
        self.changed.emit()

    def _leave(self) -> None:
        self.now()
        self.left.emit()


def day(text: str, *, last: bool) -> date | None:
    """A day as it is typed; a year or a month alone is its first day, or its ``last``."""
    parts = text.split("-")
    try:
        numbers = [int(part) for part in parts]
        match numbers:
            case [year]:
                return date(year, 12, 31) if last else date(year, 1, 1)
            case [year, month]:
                if not last:
                    return date(year, month, 1)
                following = date(year + month // 12, month % 12 + 1, 1)
                return date.fromordinal(following.toordinal() - 1)
            case [year, month, number]:
                return date(year, month, number)
    except (ValueError, OverflowError):
        return None
    return None
