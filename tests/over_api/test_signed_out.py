"""A token that ends while the window is open: looked for at the server and in the window."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop_app.services.served_documents import SIGNED_OUT
from desktop_app.services.tray import Phase
from desktop_app.views.documents.served import ServedDocumentsPage
from desktop_app.views.enqueue import EnqueuePage
from tests.api.house import House
from tests.over_api.conftest import Analyst, Sit
from tests.over_api.test_window import FORECAST, PROCESS, written
from tests.window import words_of
from worker_core.operations import users

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


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
