"""The page of connections, over real connections and a real broker."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop_app.services.blocking import Blocking
from desktop_app.services.connection import Connections
from desktop_app.services.profiles import Profile, without_secrets
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.connections import ConnectionsPage
from tests.remote.stub import TOKEN, stubbed, told
from tests.services.keyrings import MemoryKeyring, using
from tests.ui.accessibility import nameless
from worker_core import settings
from worker_core.operations.broker import EmbeddedBroker

PATIENCE = 90.0
Steps = Callable[["Desk"], Coroutine[Any, Any, None]]


class Desk:
    """The page with what stands around it in the window."""

    def __init__(self, blocking: Blocking) -> None:
        self.owner = QObject()
        self.messages = Messages(self.owner)
        self.background = Background(self.messages, self.owner)
        self.connections = Connections(blocking)
        self.page = ConnectionsPage(self.connections, self.background, self.messages)
        self.used: list[str | None] = []
        self.page.use.connect(self.used.append)
        self.page.show()
        self.page.shown()

    def press(self, button: QPushButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def titles(self) -> list[str]:
        return [button.choice.title for button in self.page.list.buttons]

    async def until(self, condition: Callable[[], Any]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "the condition did not come about"
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    settings.override({})
    with using(MemoryKeyring()):
        yield
    settings.override({})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    broker = EmbeddedBroker(tmp_path_factory.mktemp("server"))
    yield broker.start()
    broker.stop()


@pytest.fixture
def run(loop: qasync.QEventLoop) -> Callable[[Steps], None]:
    def run(steps: Steps) -> None:
        async def scenario() -> None:
            blocking = Blocking(2, "test")
            desk = Desk(blocking)
            try:
                await steps(desk)
            finally:
                await desk.background.close()
                blocking.close()
                desk.page.close()
                desk.page.deleteLater()

        loop.run_until_complete(scenario())

    return run


def test_a_new_connection_is_typed_tried_out_saved_and_used(
    run: Callable[[Steps], None], server: str
) -> None:
    async def steps(desk: Desk) -> None:
        page = desk.page
        desk.press(page.new)
        assert not page.editor.save.isEnabled()
        QTest.keyClicks(page.editor.form.name, "Research")
        QTest.keyClicks(page.editor.form.address, server)
        QTest.keyClick(page.editor.form.address, Qt.Key.Key_Tab)
        page.editor.form.address.editingFinished.emit()
        password = without_secrets(Profile("", server))[1]["address"]
        assert password not in page.editor.form.address.text()
        assert page.editor.form.password.text() == password
        desk.press(page.editor.try_out)
        await desk.until(lambda: "answers in" in page.editor.found.text())
        assert "none answers" in page.editor.found.text()
        desk.press(page.editor.use)
        await desk.until(lambda: desk.used)
        assert desk.used == ["Research"]
        assert desk.titles() == ["This computer", "Research"]

    run(steps)


def test_a_wrong_password_is_said_where_it_was_tried(
    run: Callable[[Steps], None], server: str
) -> None:
    async def steps(desk: Desk) -> None:
        page = desk.page
        desk.press(page.new)
        page.editor.form.name.setText("Research")
        page.editor.form.address.setText(without_secrets(Profile("", server))[0].address)
        page.editor.form.password.setText("wrong")
        desk.press(page.editor.try_out)
        await desk.until(lambda: "refused the login" in page.editor.found.text())
        assert page.editor.try_out.isEnabled()
        page.editor.form.password.setText("another")
        assert page.editor.found.text() == ""

    run(steps)


def test_a_removed_connection_comes_back_with_undo(run: Callable[[Steps], None]) -> None:
    async def steps(desk: Desk) -> None:
        page = desk.page
        await desk.connections.save(Profile("Lab", "redis://lab.example:6379/0", read_only=True))
        page.refresh()
        desk.press(page.list.buttons[1])  # type: ignore[arg-type]  # a button, if no push button
        assert page.editor.form.name.text() == "Lab"
        assert page.editor.form.read_only.isChecked()
        desk.press(page.editor.remove)
        await desk.until(lambda: desk.titles() == ["This computer"])
        undo = desk.messages.recent[0].action
        assert undo is not None
        undo.callback()
        await desk.until(lambda: desk.titles() == ["This computer", "Lab"])

    run(steps)


class Held:
    """An answer of the connections that comes when it is let go."""

    def __init__(self, desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.let_go = asyncio.Event()
        self.done = 0
        answer = getattr(desk.connections, name)

        async def held(*args: Any) -> Any:
            await self.let_go.wait()
            try:
                return await answer(*args)
            finally:
                self.done += 1

        monkeypatch.setattr(desk.connections, name, held)


async def two(desk: Desk) -> None:
    for name in ("Lab", "Field"):
        await desk.connections.save(Profile(name, f"redis://:p@{name.lower()}.invalid:6379/0"))
    desk.page.refresh()


def choose(desk: Desk, title: str) -> None:
    [one] = [one for one in desk.page.list.buttons if one.choice.title == title]
    desk.press(one)  # type: ignore[arg-type]  # a button, if no push button


def test_a_connection_that_is_saved_late_is_not_the_one_that_is_removed(
    run: Callable[[Steps], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(desk: Desk) -> None:
        await two(desk)
        saving = Held(desk, "save", monkeypatch)
        choose(desk, "Lab")
        desk.press(desk.page.editor.save)
        choose(desk, "Field")
        saving.let_go.set()
        await desk.until(lambda: desk.messages.recent)
        assert desk.page.editor.title.text() == "Field"
        desk.press(desk.page.editor.remove)
        await desk.until(lambda: len(desk.titles()) == 2)
        assert desk.titles() == ["This computer", "Lab"]

    run(steps)


def test_one_that_is_removed_late_takes_nothing_from_what_is_typed_meanwhile(
    run: Callable[[Steps], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(desk: Desk) -> None:
        await two(desk)
        removing = Held(desk, "remove", monkeypatch)
        choose(desk, "Lab")
        desk.press(desk.page.editor.remove)
        desk.press(desk.page.new)
        desk.page.editor.form.name.setText("Third")
        removing.let_go.set()
        await desk.until(lambda: desk.titles() == ["This computer", "Field"])
        assert desk.page.editor.isVisible()
        assert desk.page.editor.form.name.text() == "Third"

    run(steps)


def test_what_was_found_of_one_connection_is_not_said_of_another(
    run: Callable[[Steps], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(desk: Desk) -> None:
        await two(desk)
        kept = Held(desk, "has_password", monkeypatch)
        tried = Held(desk, "try_out", monkeypatch)
        choose(desk, "Lab")
        desk.press(desk.page.editor.try_out)
        desk.press(desk.page.new)
        kept.let_go.set()
        tried.let_go.set()
        await desk.until(lambda: kept.done and tried.done)
        await asyncio.sleep(0.05)
        assert desk.page.editor.found.text() == ""
        assert "Only if" in desk.page.editor.form.password.placeholderText()

    run(steps)


def test_files_of_tls_stand_in_the_address_and_the_fields_alike(
    run: Callable[[Steps], None],
) -> None:
    async def steps(desk: Desk) -> None:
        form = desk.page.editor.form
        desk.press(desk.page.new)
        form.address.setText("redis://host")
        authority = form.files["ssl_ca_certs"]
        assert not authority.isEnabled()
        form.address.setText("rediss://host?ssl_cert_reqs=required")
        QTest.keyClicks(authority, "/etc/ca.pem")
        assert form.address.text().endswith("ssl_cert_reqs=required&ssl_ca_certs=/etc/ca.pem")
        authority.selectAll()
        QTest.keyClick(authority, Qt.Key.Key_Delete)
        assert form.address.text() == "rediss://host?ssl_cert_reqs=required"

    run(steps)


def choose_server(page: ConnectionsPage) -> None:
    place = page.editor.kind.findData("server")
    page.editor.kind.setCurrentIndex(place)
    page.editor.kind.activated.emit(place)


def test_a_server_is_typed_checked_as_one_types_signed_in_at_and_saved(
    run: Callable[[Steps], None],
) -> None:
    me = {"name": "ann", "role": "analyst", "token": "t", "expires_at": "2031-01-01T00:00:00Z"}

    async def steps(desk: Desk) -> None:
        page, form = desk.page, desk.page.editor.server
        desk.press(page.new)
        page.editor.form.name.setText("Desk")
        choose_server(page)
        assert form.isVisible()
        assert not page.editor.form.isVisible()
        assert form.name.text() == "Desk"
        form.address.setText("http://desk.example.com")
        assert "Without TLS the token could be read" in form.words.text()
        assert not page.editor.try_out.isEnabled()
        with stubbed() as stub:
            stub.says(told({"detail": "no"}, 401))
            form.address.setText(stub.url)
            form.token_field.setText(TOKEN[:-1])
            assert "not a whole token" in form.token_words.text()
            assert not page.editor.try_out.isEnabled()
            form.token_field.setText(TOKEN)
            desk.press(page.editor.try_out)
            await desk.until(lambda: "was revoked" in page.editor.found.text())
            stub.says(told(me))
            desk.press(page.editor.try_out)
            await desk.until(lambda: "you are ann, analyst" in page.editor.found.text())
            desk.press(page.editor.use)
            await desk.until(lambda: desk.used == ["Desk"])
        assert nameless(page) == []
        desk.press(page.new)
        assert page.editor.form.isVisible()
        desk.press(page.list.buttons[1])  # type: ignore[arg-type]  # a button, if no push button
        await desk.until(lambda: form.token_field.placeholderText().startswith("Kept"))
        assert (form.token, form.isVisible()) == ("", True)

    run(steps)


def test_everything_that_can_be_operated_has_a_name(run: Callable[[Steps], None]) -> None:
    async def steps(desk: Desk) -> None:
        await desk.connections.save(Profile("Lab", "redis://lab.example:6379/0"))
        desk.page.refresh()
        assert nameless(desk.page) == []

    run(steps)
