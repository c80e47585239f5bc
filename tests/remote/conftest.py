"""A server that says what a test wants, and the client of it."""

from collections.abc import Iterator

import pytest

from tests.remote.stub import TOKEN, Stub, stubbed
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place
from worker_core.operations.remote.sending import Intents


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stubbed() as stub:
        yield stub


@pytest.fixture
def api(stub: Stub) -> Iterator[Api]:
    # Beside others on a machine, an attempt may take seconds.
    api = Api(Line(Place(stub.url, TOKEN)), Intents(patience_s=120.0))
    yield api
    api.close()
