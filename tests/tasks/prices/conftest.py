"""A market of one stock, and a run to forecast it in."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.forecasting.price.markets import Market, market
from tests.tasks.direct import Direct
from tests.tasks.prices.symbols import SESSIONS
from worker_core.market.calendar import sessions_after
from worker_core.storage import Storage


@pytest.fixture(scope="module")
def days() -> list[date]:
    """Sessions of New York up to about now."""
    start = date(2019, 1, 2)
    every = sessions_after(start, SESSIONS + 300)
    return [start, *every]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Direct]:
    with Storage.open(f"sqlite:///{tmp_path / 'afi.sqlite3'}", str(tmp_path / "files")) as opened:
        yield Direct(kept=opened)


@pytest.fixture(scope="module")
def stock() -> Market:
    return market(SESSIONS + 300, seed=41)
