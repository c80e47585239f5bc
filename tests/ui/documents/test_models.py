from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop_app.services.tray import Phase, Tray
from desktop_app.views.documents.library_model import Column, LibraryModel
from desktop_app.views.documents.sections import SectionsModel, rows
from desktop_app.views.documents.tray_model import TrayModel
from tests.ui.documents.desk import register, scored, sections
from worker_core.storage import DocumentRecord, Storage

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
NOW = 1_800_000_000.0
DISPLAY = Qt.ItemDataRole.DisplayRole
TIP = Qt.ItemDataRole.ToolTipRole


def _model() -> LibraryModel:
    model = LibraryModel(lambda: NOW)
    QAbstractItemModelTester(model, FATAL, model)
    return model


def _ids(model: LibraryModel) -> list[int]:
    return [record.id for record in model.records]


def _several(storage: Storage, number: int) -> list[DocumentRecord]:
    """Newest first, as the store lists them."""
    for n in range(number):
        register(storage, f"{n}.html")
    return list(storage.documents.list(number))


def test_a_library_asks_for_pages_until_one_is_not_full(storage: Storage) -> None:
    found = _several(storage, 5)
    model = _model()
    top = QModelIndex()
    model.refresh(found[:2], 2)
    assert model.canFetchMore(top)
    asked: list[int | None] = []
    model.page_wanted.connect(lambda: asked.append(model.last_id))
    model.fetchMore(top)
    assert asked == [found[1].id]
    model.append(found[2:4], 2)
    assert model.canFetchMore(top)
    model.append(found[4:], 2)
    assert not model.canFetchMore(top)
    assert _ids(model) == [record.id for record in found]


def test_new_documents_come_on_top_and_known_ones_change_where_they_stand(
    storage: Storage,
) -> None:
    found = _several(storage, 4)
    model = _model()
    model.refresh(found[1:], 10)
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    storage.documents.save_failure(found[2].sha256, "locked", "It is locked.", "Unlock it.")
    model.refresh(storage.documents.list(10), 10)
    assert _ids(model) == [record.id for record in found]
    assert model.index(2, Column.STATUS).data() == "Failed"
    assert resets == []


def test_a_refresh_that_does_not_join_what_is_held_starts_the_table_anew(
    storage: Storage,
) -> None:
    found = _several(storage, 6)
    model = _model()
    model.refresh(found[4:], 2)
    model.refresh(found[:2], 2)
    assert _ids(model) == [record.id for record in found[:2]]
    model.refresh([found[0], found[3]], 2)
    assert _ids(model) == [found[0].id, found[3].id]
    model.refresh([], 2)
    assert model.rowCount() == 0


def test_a_page_that_came_late_brings_no_document_twice(storage: Storage) -> None:
    found = _several(storage, 4)
    model = _model()
    model.refresh(found[:3], 3)
    model.append(found[2:], 3)
    assert _ids(model) == [record.id for record in found]


def test_the_name_of_a_file_is_no_markup_in_a_tooltip(storage: Storage) -> None:
    model = _model()
    register(storage, "<b>loud<i>.html")
    model.refresh(storage.documents.list(), 10)
    assert model.index(0, Column.NAME).data(TIP) == "<span>&lt;b&gt;loud&lt;i&gt;.html</span>"


def test_dropped_files_stand_newest_first_and_are_told_in_full_to_those_who_listen() -> None:
    tray, model = Tray(), TrayModel()
    QAbstractItemModelTester(model, FATAL, model)
    first = tray.add(Path("/a.html"), "a.html")
    second = tray.add(Path("/b.pdf"), "b.pdf")
    model.show(first)
    model.show(second)
    model.show(tray.change(first.key, phase=Phase.RUNNING, stage="Reading", fraction=0.45, size=10))
    model.show(tray.refuse(second.key, "It is empty.", "Save it again."))
    texts = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert texts == ["b.pdf, –, Not processed", "a.html, 10 B, Reading, 45 %"]
    described = model.index(0).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert described == "It is empty. Save it again."


def test_finished_files_that_were_put_out_of_sight_stay_there() -> None:
    tray, model = Tray(), TrayModel()
    QAbstractItemModelTester(model, FATAL, model)
    items = [tray.add(Path(f"/{n}"), f"{n}") for n in range(3)]
    for item in items:
        model.show(item)
    done = tray.change(items[1].key, phase=Phase.DONE)
    model.show(done)
    model.hide_settled()
    model.show(tray.change(done.key, document_id=7))
    assert [item.name for item in model.items] == ["2", "0"]
    assert model.row_of(items[1].key) is None
    assert model.row_of(items[0].key) == 1


def test_each_section_has_its_score_and_one_by_reference_says_so(storage: Storage) -> None:
    record = scored(storage)
    sentiment = storage.documents.sentiment(record.id)
    assert sentiment is not None
    model = SectionsModel()
    QAbstractItemModelTester(model, FATAL, model)
    model.set_rows(rows(sections(), sentiment.scores))
    shown = [[model.index(row, column).data() for column in range(4)] for row in range(3)]
    assert shown == [
        ["Item 1", "Business", 2, 0.4],
        ["Item 1A", "Risk Factors", 2, -0.16],
        ["Item 10", "Directors (by reference: in another document)", None, None],
    ]
    spoken = [model.index(row, 4).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert spoken == ["positive", "slightly negative", "not scored"]
