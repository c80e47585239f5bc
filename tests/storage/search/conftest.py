"""The search of one database."""

import pytest
from sqlalchemy import Engine

from worker_core.storage.search import SearchRepository


@pytest.fixture
def search(engine: Engine) -> SearchRepository:
    return SearchRepository(engine)
