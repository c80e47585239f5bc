"""A search in a window that may reach the API alone finds what one in the database finds."""

from pathlib import Path

import pytest

from desktop_app.services.tray import Phase
from desktop_app.views.documents.served import ServedDocumentsPage
from tests.api.house import House
from tests.over_api.conftest import Analyst, Sit
from tests.over_api.test_window import written
from tests.window import words_of
from worker_core.operations.ledger import stored
from worker_core.operations.search import search
from worker_core.storage import Claim

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SECRET = "5e" * 32


async def the_place_is_read(analyst: Analyst, page: ServedDocumentsPage) -> None:
    """It is shown marked among what stands around it, and not all before it is asked for."""
    reader = page.result.text.reader
    await analyst.window.until(lambda: bool(reader.extraSelections()), page)
    assert reader.extraSelections()[0].cursor.selectedText() == "Quixote"
    assert reader.loaded[0] > 0


def test_words_are_found_in_ones_own_documents_and_the_place_is_read(
    sit: Sit, house: House, tmp_path: Path
) -> None:
    with stored(house.settings) as storage:
        storage.documents.register(SECRET, "his.txt", 6, "text/plain", "t")
        storage.documents.save_parsed(
            SECRET, text="Revenue of Quixote rose.", sections=[], parser_version="1"
        )
        storage.owned_documents.claim(Claim("user:bob", SECRET, "his.txt"))

    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.live()
        window.desk.take_in(
            [
                written(tmp_path, "short.txt", "Quixote sells mills"),
                written(
                    tmp_path,
                    "long.txt",
                    f"{'nothing of note ' * 1_500}. " * 5 + "Here Quixote buys mills",
                ),
            ]
        )
        documents = window.desk._over_api.documents
        assert documents is not None
        await window.until(
            lambda: len(documents.tray) == 2 and all(one.settled for one in documents.tray)
        )
        assert {one.phase for one in documents.tray} == {Phase.DONE}
        own = {one.sha256 for one in documents.tray}
        page = window.shell.show_page("documents")
        assert isinstance(page, ServedDocumentsPage)
        library = page.library
        page.search()
        assert library.finder.field.hasFocus()
        library.finder.field.setText("quixote")
        hits = library.searching.hits
        await window.until(lambda: len(hits.found.hits) == 2, page)
        assert library.table.isHidden()
        there = {hit.document.sha256: hit for hit in search("quixote", settings=house.settings)}
        assert set(there) == {*own, SECRET}
        for hit in hits.found.hits:
            same = there[hit.document.sha256]
            assert (hit.snippet, hit.marks, hit.start) == (same.snippet, same.marks, same.start)
            assert hit.document.id == same.document.id
        (far,) = (one for one in hits.found.hits if one.start > 100_000)
        hits.opened.emit(far)
        await the_place_is_read(analyst, page)

        library.finder.field.setText("-mills")
        await window.until(lambda: "only says what must not be there" in words_of(hits), page)
        window.shell.show_page("tasks")
        window.shell.show_page("documents")
        page.open({"words": "sells mills"})
        await window.until(lambda: len(hits.found.hits) == 1, page)
        library.finder.field.clear()
        library.finder.now()
        assert not library.table.isHidden()
        await window.until(lambda: library.table.rows.rowCount() >= 2, page)
        library.finder.filters["ticker"].setText("NONE")
        library.finder.now()
        await window.until(lambda: "No document is like that" in words_of(page), page)

    sit("ann", scenario)
