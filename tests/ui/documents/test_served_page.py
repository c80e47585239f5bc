"""The Documents page of a connection over the API, before a server that answers as a test says."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import qasync

from desktop_app.monitor.served import ServedSession
from desktop_app.services.blocking import Blocking
from desktop_app.services.served_documents import ServedDocuments
from desktop_app.services.tray import Phase
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.documents.quote import Quote
from desktop_app.views.documents.served import ServedDocumentsPage
from tests.remote.stub import TOKEN, Answer, Request, Stub, stubbed, told
from tests.ui.accessibility import nameless
from tests.ui.documents.desk import until
from tests.window import words_of
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place
from worker_core.operations.remote.sending import Intents

SHA = "ab" * 32
ROW = {
    "document": SHA,
    "document_id": 7,
    "filename": "release\u202e.txt",
    "added_at": "2026-01-02T03:04:05Z",
    "status": "parsed",
    "company": "Harrow Vale",
}
FOUND = ROW | {
    "characters": 21,
    "summary_sentences": [
        {"start": 0, "end": 12, "text": "Orders grew.", "score": 1.0},
        {"start": 13, "end": 21, "text": "Margins improved.", "score": 0.5},
    ],
}
SENTENCES = {
    "model": "m1",
    "scores": [
        {
            "section": "",
            "entity": "",
            "mean": 0.4,
            "positive": 0.5,
            "neutral": 0.4,
            "negative": 0.1,
            "sentences": 2,
        }
    ],
    "sentences": [{"start": 0, "end": 21, "label": "positive", "score": 0.8}],
}
Steps = Callable[["Desk"], Coroutine[Any, Any, None]]


class Desk:
    """The page and the server before which it stands."""

    def __init__(self, stub: Stub, blocking: Blocking) -> None:
        self.stub = stub
        self.messages = Messages()
        self.background = Background(self.messages)
        self.api = Api(Line(Place(stub.url, TOKEN)), Intents(patience_s=2.0))
        # Not started: nothing here waits for the course of a task.
        self.documents = ServedDocuments(blocking, self.api, ServedSession(self.api))
        self.page = ServedDocumentsPage(self.documents, self.background, self.messages)
        self.documents.changed = self.page.tray_changed
        self.page.resize(1100, 700)
        self.page.show()

    def says(self, **answers: Answer) -> None:
        def answer(request: Request) -> Answer:
            last = request.path.partition("?")[0].rpartition("/")[2]
            return answers["one" if last == SHA else last]

        self.stub.answer = answer


@pytest.fixture
def run(loop: qasync.QEventLoop) -> Callable[[Steps], None]:
    def run(steps: Steps) -> None:
        async def scenario() -> None:
            blocking = Blocking(2, "test")
            with stubbed() as stub:
                desk = Desk(stub, blocking)
                try:
                    await steps(desk)
                finally:
                    desk.api.close()
                    await desk.background.close()
                    blocking.close()
                    desk.page.hidden()
                    desk.page.close()
                    desk.page.deleteLater()

        loop.run_until_complete(scenario())

    return run


def test_ones_own_documents_are_listed_and_read(run: Callable[[Steps], None]) -> None:
    async def steps(desk: Desk) -> None:
        page = desk.page
        desk.says(
            documents=told({"documents": [ROW], "next": "more"}),
            one=told(FOUND),
            text=told({"start": 0, "text": "Orders grew strongly.", "more": False}),
            sentences=told(SENTENCES),
        )
        page.shown()
        await until(lambda: page.library.table.rows.rowCount() == 1)
        assert page.library.more.isVisible()
        assert "\u202e" not in str(page.library.table.rows.index(0, 0).data())
        page.open({"sha256": SHA})
        result = page.result
        await until(lambda: "positive" in words_of(result))
        quoted = [one.accessibleName() for one in result.findChildren(Quote)]
        assert quoted[:2] == ["Orders grew.", "Margins improved."]
        assert "\u202e" not in words_of(page)
        await until(lambda: result.text.reader.toPlainText() == "Orders grew strongly.")
        # What only a database can do is not offered.
        assert "Compare" not in words_of(result)
        assert nameless(page) == []

    run(steps)


def test_a_server_that_is_away_is_said_where_the_list_would_be(
    run: Callable[[Steps], None],
) -> None:
    async def steps(desk: Desk) -> None:
        page = desk.page
        desk.says(documents=told({"detail": "Away for a while"}, 503))
        page.shown()
        await until(lambda: "Away for a while" in words_of(page))
        desk.says(documents=told({"documents": []}))
        page.library.refresh()
        await until(lambda: "No documents yet" in words_of(page))

    run(steps)


def test_a_file_that_is_too_large_or_refused_says_so_in_its_row(
    run: Callable[[Steps], None], tmp_path: Path
) -> None:
    async def steps(desk: Desk) -> None:
        me = {"name": "ann", "role": "analyst", "token": "t", "expires_at": "2031-01-01T00:00:00Z"}
        limits = {"document_mb": 0, "upload_mb": 0}
        desk.says(me=told(me | {"limits": limits}), upload=told({"detail": "No more"}, 409))
        large, gone = tmp_path / "large.txt", tmp_path / "gone.txt"
        large.write_text("x")
        await desk.documents.add([large, gone])
        first, second = desk.documents.tray
        assert {first.phase, second.phase} == {Phase.FAILED}
        assert "takes 0 at most" in first.message
        assert "cannot be read" in second.message
        desk.says(me=told(me), upload=told({"detail": "No more"}, 409))
        desk.documents._limits = None
        await desk.documents.add([large])
        assert list(desk.documents.tray)[-1].message == "No more"
        await asyncio.sleep(0)

    run(steps)


def test_a_document_that_was_asked_for_while_signed_out_opens_after_signing_in(
    run: Callable[[Steps], None],
) -> None:
    async def steps(desk: Desk) -> None:
        page = desk.page
        refused = told({"detail": "no"}, 401)
        desk.says(documents=refused, one=refused)
        page.shown()
        await until(lambda: "expired, or was revoked" in words_of(page))
        page.open({"sha256": SHA})
        await until(lambda: any("expired" in one.text for one in desk.messages.recent))
        assert len(desk.stub.seen) == 1
        desk.says(
            documents=told({"documents": [ROW]}),
            one=told(FOUND),
            text=told({"start": 0, "text": "Orders grew strongly.", "more": False}),
            sentences=told(SENTENCES),
        )
        desk.api.line.renew(TOKEN[:-1] + "T")
        page.ask_anew()
        await until(lambda: page.result.text.reader.toPlainText() == "Orders grew strongly.")
        assert page.library.table.rows.rowCount() == 1

    run(steps)


def test_what_became_of_a_file_is_asked_again_without_a_word_for_each_time(
    run: Callable[[Steps], None], tmp_path: Path
) -> None:
    async def steps(desk: Desk) -> None:
        tray = desk.documents.tray
        item = tray.add(tmp_path / "a.txt", "a.txt")
        tray.submitted(item.key, "t1", ())
        tray.change(item.key, phase=Phase.DONE, sha256=SHA)
        for refusal in (told({"detail": "Away"}, 503), told({"detail": "no"}, 401)):
            desk.says(one=refusal)
            await desk.documents.settle()
            assert [one.key for one in tray.open] == [item.key]
        desk.says(one=told(FOUND))
        await desk.documents.settle()
        assert tray.open, "nothing is asked with a token that was refused"
        desk.api.line.renew(TOKEN[:-1] + "T")
        await desk.documents.settle()
        assert not tray.open
        assert tray[item.key].document_id == 7
        assert desk.messages.recent == []

    run(steps)
