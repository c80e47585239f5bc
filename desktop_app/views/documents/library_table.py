"""The library's table: which columns there are, and which of them give way where it is narrow."""

from PySide6.QtWidgets import QWidget

from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.tables import Table
from desktop_app.views.documents import library_model
from desktop_app.views.documents.library_model import RecordRole
from worker_core.storage import DocumentRecord

# The width of the panel that each column needs to be shown; without one it is shown on request.
NEEDS = {
    library_model.Column.NAME: 0,
    library_model.Column.COMPANY: 480,
    library_model.Column.TYPE: 520,
    library_model.Column.STATUS: 0,
    library_model.Column.WHEN: 620,
    library_model.Column.EXTENT: 720,
}


def _status_ink(index: AnyIndex) -> str:
    record: DocumentRecord = index.data(RecordRole)
    return "danger" if record.status == "failed" else "text_muted"


def _muted(_index: AnyIndex) -> str:
    return "text_muted"


_LOOKS = {
    library_model.Column.NAME: Column(stretch=True),
    library_model.Column.COMPANY: Column(width=180, most=420),
    library_model.Column.TICKER: Column(width=76),
    library_model.Column.TYPE: Column(width=84, ink=_muted),
    library_model.Column.PERIOD: Column(width=92, ink=_muted),
    library_model.Column.FILED: Column(width=92, ink=_muted),
    library_model.Column.EXTENT: Column(Kind.NUMBER, 96),
    library_model.Column.STATUS: Column(width=92, ink=_status_ink),
    library_model.Column.WHEN: Column(Kind.NUMBER, 108, ink=_muted),
}


class LibraryTable(Table):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Documents", [_LOOKS[column] for column in library_model.Column], parent)
