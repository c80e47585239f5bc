"""The tables of the page: versions, figures of two of them, what was done, and trials."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from desktop_app.qt_models.keyed_table import Cell, RowRole
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.qt_models.words import clean, tip
from desktop_app.services.model_figures import Pair, headline
from desktop_app.ui import formats, tables
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.views.models import search_words, wording
from worker_core.storage import ModelChange, ModelRecord, TrialRecord


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version, and whether its file is gone."""

    record: ModelRecord
    gone: bool


def _moment(at: float) -> str:
    return formats.moment(at, time.time())


def _muted(_index: AnyIndex) -> str:
    return "text_muted"


def _file_ink(index: AnyIndex) -> str:
    return "danger" if index.data(RowRole).gone else "text_muted"


def _file(row: VersionRow) -> str:
    if row.gone:
        return "gone"
    size = row.record.artifact_bytes
    return formats.NOTHING if size is None else formats.size(size)


_JUDGED_INK: Final = {"better": "ok", "worse": "warning"}


def _judged_ink(index: AnyIndex) -> str:
    return _JUDGED_INK.get(str(index.data()), "text_muted")


class _Table(tables.Table):
    """Columns give way where it is narrow."""

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        needs: Mapping[int, int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, columns, parent)
        self._needs = needs
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, needed in self._needs.items():
            self.setColumnHidden(column, self.width() < needed)
        super().resizeEvent(event)


class VersionTable(_Table):
    """All versions of a model, the newest first."""

    chosen = Signal(str)
    """The cursor came to the version of that name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        looks = [
            Column(Kind.MONO, 190),
            Column(Kind.STATE, 112),
            Column(Kind.NUMBER, 110, format=_moment, ink=_muted),
            Column(Kind.NUMBER, 96, format=wording.figure),
            Column(Kind.NUMBER, 78, ink=_file_ink),
            Column(Kind.MONO, 110, ink=_muted, stretch=True),
        ]
        super().__init__("Versions", looks, {2: 510, 4: 590, 5: 690}, parent)
        self.versions = _VersionModel(self)
        self.setModel(self.versions)
        self.current_changed.connect(lambda _: self._tell())
        self._filling = False

    def show_versions(self, kind: str, rows: Sequence[VersionRow], choose: str | None) -> None:
        """These are the versions now; the cursor goes to ``choose``."""
        self._filling = True
        self.versions.show_kind(kind, rows)
        self._filling = False
        names = [row.record.version for row in self.versions.rows]
        if choose in names and self.current_row() != names.index(choose):
            self.selectRow(names.index(choose))

    def _tell(self) -> None:
        place = self.current_row()
        if not self._filling and 0 <= place < len(self.versions.rows):
            self.chosen.emit(self.versions.rows[place].record.version)


class _VersionModel(ListedTableModel[VersionRow]):
    def __init__(self, parent: QWidget) -> None:
        self._kind = ""
        super().__init__(
            [
                Cell("Version", lambda row: clean(row.record.version), _why),
                Cell("State", lambda row: row.record.status, _why),
                Cell("Trained", lambda row: row.record.created_at.timestamp()),
                Cell("Figure", lambda row: headline(row.record)),
                Cell("File", _file),
                Cell("Data", lambda row: (row.record.training_set or "")[:12] or None, _data),
            ],
            lambda row: row.record.version,
            parent,
        )

    def show_kind(self, kind: str, rows: Sequence[VersionRow]) -> None:
        self._kind = kind
        self.show(rows)

    def headerData(self, section: int, *rest: Any) -> Any:
        title = super().headerData(section, *rest)
        return wording.headline_title(self._kind) if title == "Figure" else title


def _why(row: VersionRow) -> str | None:
    return tip(" ".join(wording.reasons(row.record)))


def _data(row: VersionRow) -> str | None:
    return tip(row.record.training_set)


class FigureTable(_Table):
    """The figures of the version in use beside those of another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        looks = [
            Column(width=200, stretch=True),
            Column(Kind.NUMBER, 96, format=wording.figure),
            Column(Kind.NUMBER, 96, format=wording.figure),
            Column(width=84, ink=_judged_ink),
        ]
        super().__init__("Figures of both", looks, {}, parent)
        cells: list[Cell[Pair]] = [
            Cell("Figure", lambda row: clean(row.title), lambda row: tip(row.title)),
            Cell("In use", lambda row: row.ours),
            Cell("The other", lambda row: row.other),
            Cell("It is", lambda row: row.judgement or None),
        ]
        self.pairs = ListedTableModel[Pair](cells, lambda row: row.title, self)
        self.setModel(self.pairs)


class ChangeTable(_Table):
    """What was promoted, rejected and rolled back, the latest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        looks = [
            Column(Kind.NUMBER, 110, format=_moment, ink=_muted),
            Column(width=230),
            Column(width=200, stretch=True, ink=_muted),
            Column(Kind.MONO, 110, ink=_muted),
        ]
        super().__init__("Changes", looks, {2: 440, 3: 620}, parent)
        cells: list[Cell[ModelChange]] = [
            Cell("When", lambda row: row.at.timestamp()),
            Cell("What", wording.change, lambda row: tip(wording.change(row))),
            Cell("Why", lambda row: clean(" ".join(row.reasons)), _because),
            Cell("By", wording.who, lambda row: tip(row.by)),
        ]
        self.changes = ListedTableModel[ModelChange](
            cells, lambda row: (row.at, row.action, row.to_version), self
        )
        self.setModel(self.changes)


def _because(row: ModelChange) -> str | None:
    return tip(" ".join(row.reasons))


class TrialTable(_Table):
    """What a search has tried, the latest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        looks = [
            Column(Kind.NUMBER, 48, ink=_muted),
            Column(Kind.STATE, 112),
            Column(Kind.NUMBER, 72, format=wording.figure),
            Column(width=84, ink=_muted),
            Column(width=100, stretch=True),
            Column(Kind.NUMBER, 72, format=formats.duration, ink=_muted),
        ]
        super().__init__("Trials", looks, {3: 500, 5: 600}, parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        cells: list[Cell[TrialRecord]] = [
            Cell("Trial", lambda row: row.number + 1),
            Cell("State", search_words.trial_state, lambda row: tip(row.error)),
            Cell("Loss", lambda row: row.value),
            Cell("Chosen by", lambda row: clean(row.origin)),
            Cell(
                "Settings", search_words.settings_of, lambda row: tip(search_words.settings_of(row))
            ),
            Cell("Took", lambda row: row.seconds),
        ]
        self.trials = ListedTableModel[TrialRecord](cells, lambda row: row.number, self)
        self.setModel(self.trials)
