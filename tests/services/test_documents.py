"""Files are taken in with a row each, whatever they are; results are read from the store."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.services import intake
from desktop_app.services.blocking import Blocking
from desktop_app.services.documents import Documents
from desktop_app.services.tray import Phase, TrayItem
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.queues import depths
from worker_core.settings import Settings, current
from worker_core.storage import Storage

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    yield
    current.cache_clear()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    server = EmbeddedBroker(tmp_path / "data")
    yield server.start()
    server.stop()


def take_in(values: Settings, *paths: Path) -> tuple[list[TrayItem], list[TrayItem]]:
    """The rows at the end, and every state that a row was in."""
    blocking = Blocking(3, "test")
    seen: list[TrayItem] = []

    async def scenario() -> list[TrayItem]:
        desk = Documents(values, blocking)
        desk.changed = seen.append
        try:
            await desk.add(paths)
            return list(desk.tray)
        finally:
            desk.close()

    try:
        return asyncio.run(scenario()), seen
    finally:
        blocking.close()


def settings(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CELERY_BROKER_URL", url)
    monkeypatch.setenv("CELERY_RESULT_BACKEND", "")
    current.cache_clear()
    return current()


def test_a_folder_gives_a_row_for_each_of_its_files(
    tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "filings" / "deep"
    folder.mkdir(parents=True)
    (folder / "b.txt").write_text("Net sales rose.")
    (folder.parent / "a.txt").write_text("Net sales fell.")
    (folder / ".hidden").write_text("x")
    values = settings(tmp_path, broker, monkeypatch)
    rows, seen = take_in(values, folder.parent)
    assert [row.name for row in rows] == ["a.txt", "b.txt"]
    assert {row.phase for row in rows} == {Phase.WAITING}
    assert {row.phase for row in seen} == {Phase.COPYING, Phase.WAITING}
    with client(broker) as redis:
        assert depths(redis, ["document_processing"])["document_processing"].total == 2


def test_a_folder_with_too_many_files_says_which_were_left(
    tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "FILES_OF_ONE_FOLDER", 3)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"Net sales rose {number} times.")
    rows, _ = take_in(settings(tmp_path, broker, monkeypatch), folder)
    assert [row.phase for row in rows] == [Phase.WAITING] * 3 + [Phase.FAILED]
    assert "first 3 files" in rows[-1].message
    assert rows[-1].remedy


def test_a_file_over_the_limit_is_refused_with_the_limit(
    tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFI_MAX_DOCUMENT_MB", "1")
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(2**20 + 1)
    (row,), _ = take_in(settings(tmp_path, broker, monkeypatch), large)
    assert row.phase is Phase.FAILED
    assert "1" in row.message + row.remedy
    assert row.task_id is None


def test_without_a_broker_a_file_is_kept_and_its_row_says_what_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "filing.txt"
    file.write_text("Net sales rose.")
    (row,), _ = take_in(settings(tmp_path, NOWHERE, monkeypatch), file)
    assert row.phase is Phase.WAITING
    assert row.stage == "Waiting for the broker"
    assert "does not answer" in row.message
    assert "delivered when the broker is back" in row.message


def test_a_store_that_cannot_be_opened_is_said_in_every_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFI_DATABASE_URL", "nonsense://x")
    file = tmp_path / "filing.txt"
    file.write_text("Net sales rose.")
    rows, _ = take_in(settings(tmp_path, NOWHERE, monkeypatch), file, file)
    assert [row.phase for row in rows] == [Phase.FAILED] * 2
    assert all(row.message and row.remedy for row in rows)


def test_the_store_settles_rows_whose_events_were_missed(
    tmp_path: Path, broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = settings(tmp_path, broker, monkeypatch)
    file = tmp_path / "filing.txt"
    file.write_text("Net sales rose.")
    blocking = Blocking(3, "test")

    async def scenario() -> TrayItem:
        desk = Documents(values, blocking)
        (row,) = await desk.add([file])
        assert row.sha256 is not None
        with Storage.open(values.database_url, values.artifacts_url) as storage:
            storage.documents.register(
                row.sha256, "filing.txt", 15, "text/plain", row.task_id or ""
            )
            storage.documents.save_failure(row.sha256, "scanned", "It is a scan.", "Read it first.")
        await desk.settle()
        desk.close()
        return desk.tray[row.key]

    try:
        row = asyncio.run(scenario())
    finally:
        blocking.close()
    assert (row.phase, row.message, row.remedy) == (
        Phase.FAILED,
        "It is a scan.",
        "Read it first.",
    )
    assert not row.open


def test_other_files_of_the_same_database_are_taken_from_then_on(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path / "data", artifacts=str(tmp_path / "one"))
    second = first.model_copy(update={"artifacts": str(tmp_path / "two")})
    blocking = Blocking(1, "test")

    async def scenario() -> None:
        desk = Documents(first, blocking)
        try:
            kept = (await desk.storage()).artifacts.put_bytes(b"of the first")
            desk.use(second)
            assert not (await desk.storage()).artifacts.exists(kept.sha256)
        finally:
            desk.close()

    try:
        asyncio.run(scenario())
    finally:
        blocking.close()


def test_a_store_that_is_left_while_it_is_opened_is_not_the_one_that_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Settings(data_dir=tmp_path / name) for name in ("one", "two"))
    blocking = Blocking(2, "test")
    begun, go_on = threading.Event(), threading.Event()
    really_open = Storage.open

    def slowly(url: str, artifacts: str) -> Storage:
        if url == first.database_url:
            begun.set()
            go_on.wait(60)
        return really_open(url, artifacts)

    monkeypatch.setattr(Storage, "open", slowly)

    async def scenario() -> None:
        desk = Documents(first, blocking)
        try:
            opening = asyncio.create_task(desk.storage())
            await blocking.run(begun.wait, 60)
            desk.use(second)
            go_on.set()
            await opening
            (await desk.storage()).documents.register("a" * 64, "x.txt", 1, "text/plain", "t")
        finally:
            go_on.set()
            desk.close()

    try:
        asyncio.run(scenario())
    finally:
        blocking.close()
    monkeypatch.undo()
    with Storage.open(second.database_url, second.artifacts_url) as storage:
        assert storage.documents.by_sha("a" * 64) is not None
