"""The list of models, a field that narrows it, and a line that sums it up."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from desktop_app.qt_models.keyed_table import Cell
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.qt_models.words import clean, tip
from desktop_app.services.models import Model
from desktop_app.ui import tables
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.filtered_list import FilteredList, FilterField
from desktop_app.views.models import wording

_FIELD = 124


def _waiting_ink(_index: AnyIndex) -> str:
    return "running"


def _muted(_index: AnyIndex) -> str:
    return "text_muted"


class _ModelTable(tables.Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        looks = [
            Column(width=140, stretch=True),
            Column(Kind.MONO, 130, ink=_muted),
            Column(Kind.NUMBER, 62, ink=_muted),
            Column(Kind.NUMBER, 78, ink=_waiting_ink),
        ]
        super().__init__("Models", looks, parent)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in ((1, 380), (2, 200), (3, 270)):
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)


class ModelList(FilteredList):
    chosen = Signal(object)
    """The model with the cursor, as it is now; None without one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        field = FilterField("Filter the models", "Filter", _FIELD)
        super().__init__(field, _ModelTable(), (), parent)
        self._all: Sequence[Model] = ()
        self._of_the_workers = True
        self._reason = ""
        cells: list[Cell[Model]] = [
            Cell("Model", lambda row: clean(row.title), lambda row: tip(row.kind.description)),
            Cell("In use", wording.in_use, lambda row: tip(wording.in_use(row))),
            Cell("Versions", lambda row: row.group.versions if row.group else None),
            Cell("Unjudged", lambda row: (row.group and row.group.waiting) or None),
        ]
        self.model = ListedTableModel[Model](cells, lambda row: row.name, self)
        self.table.setModel(self.model)
        self.table.current_changed.connect(lambda _: self.chosen.emit(self.current))
        self._explain("Reading the registry…")

    @property
    def current(self) -> Model | None:
        place = self.table.current_row()
        return self.model.row_at(place) if 0 <= place < self.model.rowCount() else None

    def show_models(self, models: Sequence[Model], *, of_the_workers: bool) -> None:
        """These are the models now. The cursor stays on the one that it is on."""
        self._all, self._of_the_workers = models, of_the_workers
        self.table.set_stale(False)
        self.refill()

    def fail(self, problem: str) -> None:
        """The registry cannot be read: what is shown is old."""
        self.table.set_stale(True)
        self.sum_up(problem, wrong=True)
        if not self._all:
            self._explain("The registry cannot be read", problem)

    def choose(self, name: str) -> bool:
        """Put the cursor on a model; whether there is one of that name."""
        if all(one.name != name for one in self._all):
            return False
        self.put_cursor_on(name)
        return True

    def listed(self) -> Sequence[Model]:
        return self.model.rows

    def refill(self) -> None:
        words = self.field.text().casefold().split()
        shown = [one for one in self._all if all(word in _text(one) for word in words)]
        self.model.show(shown)
        self.sum_up(
            wording.summary(self._all, len(shown), of_the_workers=self._of_the_workers),
            wrong=False,
        )
        self._explain("No model matches")
        if self.current is None and shown:
            self.table.selectRow(0)

    def _explain(self, sentence: str, hint: str = "") -> None:
        if f"{sentence} {hint}" != self._reason:
            self._reason = f"{sentence} {hint}"
            self.table.set_empty(EmptyState("models", sentence, hint))


def _text(model: Model) -> str:
    return f"{model.name} {model.title} {wording.in_use(model)}".casefold()
