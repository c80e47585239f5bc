"""What the tasks that fetch leave behind."""

from typing import Any

import pytest

from worker_core.market.providers import fred
from worker_core.storage import StorageError
from worker_core.tasks import market_data


class _Client:
    closed = False

    def close(self) -> None:
        self.closed = True


def test_a_source_is_closed_also_where_what_came_could_not_be_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = _Client()

    class Source:
        def __init__(self, _asking: object) -> None:
            self.client = client

        def series(self, *_: object) -> list[Any]:
            raise StorageError("busy", "The database is busy.", "Try again.", transient=True)

    monkeypatch.setattr(fred, "Fred", Source)
    monkeypatch.setattr(market_data, "asking", lambda *_: None)
    with pytest.raises(StorageError):
        market_data._each(["DGS10"], market_data._fred(None), [])  # type: ignore[arg-type]
    assert client.closed
