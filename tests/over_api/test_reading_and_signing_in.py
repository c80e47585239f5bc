"""A window that may reach the API alone finds and shows what one on the database does, and goes on
with all of it after a token that ended was replaced: looked for at the server and in the window."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import resources
from desktop_app.services.served_documents import SIGNED_OUT
from desktop_app.services.tray import Phase
from desktop_app.views.documents.served import ServedDocumentsPage
from desktop_app.views.enqueue import EnqueuePage
from tests.api.house import House
from tests.over_api.conftest import Analyst, Sit
from tests.over_api.test_window import FORECAST, PROCESS, written
from tests.window import words_of
from worker_core.operations import users
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


async def labelled_and_taken_back(
    analyst: Analyst, house: House, page: ServedDocumentsPage
) -> None:
    """As the server has it, and as the window says it."""
    window, result = analyst.window, page.result
    shown, text = result.shown_result, result.text
    assert shown is not None
    first = shown.sentences[0]
    result.show_place(first.start, first.end)
    await window.until(lambda: text.sentence.place is not None, page)
    wanted = "negative" if first.label != "negative" else "positive"
    text.sentence.panel.buttons[wanted].click()
    await window.until(lambda: "By you" in words_of(result), page)
    with stored(house.settings) as storage:
        (label,) = storage.labels.of_document(shown.document.id)
    assert (label.label, label.by) == (wanted, "user:bob")
    result.reload()
    await window.until(
        lambda: result.shown_result is not None and len(result.shown_result.labels) == 1, page
    )
    text.sentence.panel.undo.click()
    await window.until(lambda: "By you" not in words_of(result), page)
    with stored(house.settings) as storage:
        assert storage.labels.of_document(shown.document.id) == ()


def test_a_filing_s_figures_are_read_and_its_sentences_labelled(
    sit: Sit, house: House, tmp_path: Path
) -> None:
    filing = next(one.path for one in resources.sample_documents() if "10k" in one.path.name)

    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.live()
        window.desk.take_in([filing])
        documents = window.desk._over_api.documents
        assert documents is not None
        await window.until(
            lambda: len(documents.tray) == 1 and all(one.settled for one in documents.tray)
        )
        (item,) = documents.tray
        assert item.phase is Phase.DONE, item.message
        page = window.shell.show_page("documents")
        assert isinstance(page, ServedDocumentsPage)
        page.open({"sha256": item.sha256})
        result = page.result
        await window.until(lambda: result.shown_result is not None, page)
        shown = result.shown_result
        assert shown is not None
        assert item.sha256 is not None
        with stored(house.settings) as storage:
            record = storage.documents.by_sha(item.sha256)
            assert record is not None
            assert shown.document.id == record.id
            assert shown.sections == storage.documents.sections(record.id)
            assert shown.sentences == storage.documents.sentiment_sentences(record.id)
            tone = storage.documents.sentiment(record.id)
            assert tone is not None
            assert shown.sentiment is not None
            assert shown.sentiment.scores == tone.scores
            facts = storage.facts.of(record.id)
        assert facts
        result.panes.show_figures()
        await window.until(lambda: result.figures.facts.rows.rowCount() == len(facts), page)
        figures = await documents.store.figures(shown.document)
        assert figures.facts == facts

        await labelled_and_taken_back(analyst, house, page)

    sit("bob", scenario)


def expire(house: House, token: str) -> None:
    """Its time is over now."""
    database = sqlite3.connect(next(Path(house.settings.data_dir).rglob("*.sqlite3")), timeout=60)
    try:
        with database:
            changed = database.execute(
                "UPDATE tokens SET expires_at = ? WHERE digest = ?",
                (f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}", users.digest(token)),
            )
        assert changed.rowcount == 1
    finally:
        database.close()


async def another(house: House, who: str) -> str:
    token: str = await asyncio.to_thread(lambda: users.new_token(who, settings=house.settings)[0])
    house.served.tokens[who] = token
    return token


def refused(house: House) -> int:
    """How many requests the server has turned away for want of a token that is good."""
    return sum(one.get("status") == 401 for one in house.served.logged())


async def sent_as_it_was(analyst: Analyst, enqueue: EnqueuePage) -> None:
    """What was filled in before goes out at one press."""
    session = analyst.window.desk._over_api._session
    assert session is not None
    analyst.window.shell.show_page("enqueue")
    await analyst.press(enqueue, "Enqueue")
    await analyst.window.until(lambda: "Enqueued as" in words_of(enqueue), enqueue)
    (forecast,) = await analyst.handed_in(FORECAST)
    await analyst.window.until(lambda: session.state.task(forecast["task_id"]) is not None)


async def nothing_is_asked(analyst: Analyst, page: ServedDocumentsPage) -> None:
    """Whatever one does meanwhile."""
    session = analyst.window.desk._over_api._session
    assert session is not None
    page.library.refresh()
    session.look_soon()
    await analyst.window.until(lambda: not page.library.reading, page)


def test_a_revoked_token_is_said_on_the_page_and_all_goes_on_after_signing_in_there(
    sit: Sit, house: House, tmp_path: Path
) -> None:
    token = house.served.tokens["eve"]

    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.live()
        over_api = window.desk._over_api
        bar, session = over_api._signed_out.bar, over_api._session
        assert session is not None
        assert bar.isHidden()
        enqueue = window.shell.show_page("enqueue")
        assert isinstance(enqueue, EnqueuePage)
        enqueue.open({"name": FORECAST, "arguments": {"ticker": "AAPL"}})
        await asyncio.to_thread(users.revoke, token, settings=house.settings)
        before = await asyncio.to_thread(refused, house)
        await analyst.press(enqueue, "Enqueue")
        await window.until(bar.isVisible, bar)
        assert "has expired, or was revoked" in words_of(bar)
        assert "Sign in again" in words_of(bar)
        assert window.shell.current_page == "enqueue"
        await window.until(lambda: window.shell.strip.state == "lost", window.shell.strip)

        # Whatever is done meanwhile is kept, and asks the server for nothing.
        window.desk.take_in([written(tmp_path, "held.txt", "Of Eve")])
        documents = over_api.documents
        assert documents is not None
        await window.until(lambda: [one.stage for one in documents.tray] == [SIGNED_OUT])
        page = window.shell.show_page("documents")
        assert isinstance(page, ServedDocumentsPage)
        await nothing_is_asked(analyst, page)
        turned_away = await asyncio.to_thread(refused, house)
        # What was under way when the first was refused, and no more.
        assert 1 <= turned_away - before <= 3

        # Somebody else's token does not open what is hers.
        bar.token.setText(await another(house, "bob"))
        await analyst.press(bar, "Sign in")
        await window.until(lambda: "This token is bob’s" in words_of(bar), bar)
        assert session.signed_out

        bar.token.setText(await another(house, "eve"))
        await analyst.press(bar, "Sign in")
        await analyst.live()
        await window.until(bar.isHidden, bar)
        assert bar.token.text() == ""
        assert over_api._session is session
        assert over_api.documents is documents
        assert window.shell.show_page("documents") is page
        await window.until(lambda: all(one.settled for one in documents.tray), page)
        (item,) = documents.tray
        assert item.phase is Phase.DONE, item.message
        (handed_in,) = await analyst.handed_in(PROCESS)
        assert handed_in["task_id"] == item.task_id
        await window.until(lambda: page.library.table.rows.rowCount() == 1, page)
        await sent_as_it_was(analyst, enqueue)
        assert await asyncio.to_thread(refused, house) == turned_away

    sit("eve", scenario)


def test_an_expired_token_is_replaced_on_the_page_of_connections_and_nothing_is_lost(
    sit: Sit, house: House
) -> None:
    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.live()
        over_api = window.desk._over_api
        session, documents = over_api._session, over_api.documents
        page = window.shell.show_page("documents")
        await asyncio.to_thread(expire, house, house.served.tokens["eve"])
        bar = over_api._signed_out.bar
        await window.until(bar.isVisible, bar)
        bar.other.click()
        assert window.shell.current_page == "connections"
        connections: Any = window.shell.show_page("connections")
        connections.editor.server.token_field.setText(await another(house, "eve"))
        await analyst.press(connections, "Save and reconnect")
        await analyst.live()
        await window.until(bar.isHidden, bar)
        assert over_api._session is session
        assert over_api.documents is documents
        assert window.shell.show_page("documents") is page
        assert any("signed in again as eve" in one for one in analyst.said())

    sit("eve", scenario)


def test_who_signs_in_as_somebody_else_sees_nothing_of_who_was_there_before(
    sit: Sit, house: House, tmp_path: Path
) -> None:
    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.live()
        over_api = window.desk._over_api
        session = over_api._session
        token = house.served.tokens["eve"]
        await asyncio.to_thread(users.revoke, token, settings=house.settings)
        bar = over_api._signed_out.bar
        await window.until(bar.isVisible, bar)
        window.desk.take_in([written(tmp_path, "hers.txt", "Of Eve alone")])
        documents = over_api.documents
        assert documents is not None
        await window.until(lambda: [one.stage for one in documents.tray] == [SIGNED_OUT])
        connections: Any = window.shell.show_page("connections")
        connections.editor.server.token_field.setText(await another(house, "bob"))
        await analyst.press(connections, "Save and reconnect")
        await window.until(lambda: over_api._session is not session)
        await analyst.live()
        assert bar.isHidden()
        assert over_api.documents is not None
        assert len(over_api.documents.tray) == 0
        assert any("1 of the dropped files was not handed in" in one for one in analyst.said())
        await another(house, "eve")

    sit("eve", scenario)
