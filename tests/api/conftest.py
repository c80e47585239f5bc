"""The API over a broker and a database of their own, and users with tokens."""

import json
import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from worker_core.api.app import Api, create
from worker_core.operations import users
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.ledger import opened
from worker_core.settings import Settings
from worker_core.storage import AuditEntry, Storage

with warnings.catch_warnings():
    # It would have another client, which is no dependency of ours.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

TASKS = "/api/background-tasks"
FORECAST = f"{TASKS}/forecasting/generate_stock_forecast"
TEXT = {"document_data": {"content": "Revenue rose by 8 percent. The outlook is good."}}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@dataclass
class Desk:
    """A running API, what stands behind it, and who may use it."""

    settings: Settings
    api: Api
    client: TestClient
    tokens: dict[str, str]
    lines: list[str] = field(default_factory=list)

    @property
    def storage(self) -> Storage:
        return opened(self.settings)

    def ask(self, who: str | None, method: str, path: str, **more: Any) -> httpx.Response:
        """A request of a user, or of nobody."""
        headers = {**(bearer(self.tokens[who]) if who else {}), **more.pop("headers", {})}
        answer: httpx.Response = self.client.request(method, path, headers=headers, **more)
        return answer

    def submit(self, who: str = "ann", **more: Any) -> str:
        answer = self.ask(who, "POST", FORECAST, json={"ticker": "AAPL"}, **more)
        assert answer.status_code == 202, answer.text
        task_id: str = answer.json()["task_id"]
        return task_id

    def audited(self, action: str) -> list[AuditEntry]:
        """The latest entries of an action, newest first."""
        found = [kept.entry for kept in self.storage.audit.page(500)]
        return [entry for entry in found if entry.action == action]

    def accessed(self) -> list[dict[str, Any]]:
        """The access log so far."""
        return [json.loads(line) for line in self.lines]


class Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage())


def made(settings: Settings, names: dict[str, str]) -> dict[str, str]:
    """Users by name and role; their tokens."""
    tokens = {}
    for name, role in names.items():
        users.add(name, role, settings=settings)
        tokens[name] = users.new_token(name, settings=settings)[0]
    return tokens


USERS = {"ann": "analyst", "bob": "analyst", "olga": "operator", "root": "admin"}


@pytest.fixture(scope="module")
def limits() -> dict[str, Any]:
    """Settings that a module wants beside the usual ones."""
    return {}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, limits: dict[str, Any]) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    broker = EmbeddedBroker(folder)
    url = broker.start()
    # No test is slowed down, unless it is about that.
    usual = {"api_requests_a_minute": 1_000_000}
    settings = Settings(data_dir=folder, broker_url=url, **(usual | limits))
    lines: list[str] = []
    log, handler = logging.getLogger("afi.access"), Lines(lines)
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        api = create(settings)
        with TestClient(api, raise_server_exceptions=False) as client:
            yield Desk(settings, api, client, made(settings, USERS), lines)
    finally:
        log.removeHandler(handler)
        broker.stop()


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_computer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("CELERY_", "AFI_")):
                patch.delenv(name)
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield
