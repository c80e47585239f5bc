"""The page over a real history on a running loop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync

from tests.ui.performance.bench import Bench


@pytest.fixture
def bench(loop: qasync.QEventLoop, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "history.sqlite3")
    yield bench
    loop.run_until_complete(bench.close())
