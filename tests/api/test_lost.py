"""Servers that are killed while submissions come in: what was answered is true."""

import asyncio
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest

from benchmarks._postgresql import Server, server
from tests.api.conftest import FORECAST, bearer, made
from worker_core.api.app import create
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.ledger import opened
from worker_core.settings import Settings

pytestmark = pytest.mark.slow

SUBMISSIONS = 300
AT_ONCE = 20
BEFORE = 60
PATIENCE_S = 120.0


def storm(settings: Settings, token: str, disaster: Callable[[], None]) -> list[httpx.Response]:
    """The answers to submissions, some at once, while ``disaster`` befalls after the first ones."""
    api = create(settings)
    answered: list[httpx.Response] = []

    async def client(connection: httpx.AsyncClient) -> None:
        while len(answered) < SUBMISSIONS:
            answer = await connection.post(FORECAST, json={"ticker": "AAPL"}, headers=bearer(token))
            answered.append(answer)
            if len(answered) == BEFORE:
                threading.Thread(target=disaster).start()
            if answer.status_code == 503:
                await asyncio.sleep(0.02)

    async def run() -> None:
        transport = httpx.ASGITransport(api, raise_app_exceptions=False)
        async with (
            api.routes.router.lifespan_context(api.routes),
            httpx.AsyncClient(
                transport=transport, base_url="http://desk", timeout=60
            ) as connection,
        ):
            await asyncio.gather(*(client(connection) for _ in range(AT_ONCE)))

    asyncio.run(run())
    return answered


def taken(answers: list[httpx.Response]) -> list[str]:
    return [one.json()["task_id"] for one in answers if one.status_code == 202]


def test_a_broker_killed_under_submissions_loses_none(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    # Where it is is written down: settings without an address follow it.
    settings = Settings(data_dir=tmp_path, api_requests_a_minute=1_000_000)
    broker.start()
    try:
        token = made(settings, {"ann": "analyst"})["ann"]
        pid = broker.pid
        assert pid
        answers = storm(settings, token, lambda: os.kill(pid, signal.SIGKILL))
        assert {one.status_code for one in answers} == {202}
        assert {one.json()["delivered"] for one in answers} == {True, False}
        known = opened(settings).tasks.known(taken(answers))
        assert len(known) == len(answers)
    finally:
        opened(settings).close()
        broker.stop()


def again(database: Server) -> "subprocess.Popen[bytes]":
    """The same server, started anew over what it had written."""
    words = database.process.cmdline()
    folder = words[words.index("-D") + 1]
    database.process.kill()
    database.process.wait(PATIENCE_S)
    Path(folder, "postmaster.pid").unlink(missing_ok=True)
    user = "postgres" if os.geteuid() == 0 else None
    quiet = subprocess.DEVNULL
    return subprocess.Popen(words, user=user, cwd=folder, stdout=quiet, stderr=quiet)


def until_it_answers(url: str) -> None:
    over = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > over:
                raise
            time.sleep(0.05)
        else:
            return


def test_a_database_killed_under_submissions_has_all_that_were_taken(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    with server() as database:
        if database is None:
            pytest.skip("PostgreSQL's server programs are not installed")
        settings = Settings(
            data_dir=tmp_path,
            broker_url=broker.start(),
            database=database.url,
            api_requests_a_minute=1_000_000,
        )
        after: list[subprocess.Popen[bytes]] = []
        try:
            token = made(settings, {"ann": "analyst"})["ann"]
            answers = storm(settings, token, lambda: after.append(again(database)))
            until_it_answers(database.url)
            assert {one.status_code for one in answers} == {202, 503}
            ids = taken(answers)
            assert opened(settings).tasks.known(ids) == set(ids)
            assert "127.0.0.1" not in "".join(one.text for one in answers)
        finally:
            opened(settings).close()
            broker.stop()
            for process in after:
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE_S)
