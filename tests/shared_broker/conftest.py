"""Two systems that share one broker and nothing else, each with a prefix before its keys."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.system import System, system
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client

# To the second one Celery itself adds an underscore, in the result store alone.
NORTH, SOUTH = "north:", "south"


@dataclass
class Pair:
    """The two systems, and the address of their broker."""

    url: str
    north: System
    south: System

    def keys_with(self, prefix: str) -> set[str]:
        """The broker's keys that begin with ``prefix``."""
        with client(self.url) as redis:
            found = {key.decode("utf-8", "replace") for key in redis.scan_iter(count=1000)}
        return {key for key in found if key.startswith(prefix)}

    @property
    def both(self) -> tuple[tuple[System, System], ...]:
        """Each with the other."""
        return (self.north, self.south), (self.south, self.north)


def system_of(folder: Path, url: str, prefix: str) -> AbstractContextManager[System]:
    """A system at the broker ``url`` whose keys begin with ``prefix``."""
    folder.mkdir()
    return system(folder, CELERY_BROKER_URL=url, AFI_KEY_PREFIX=prefix)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both, with a worker each."""
    folder = tmp_path_factory.mktemp("pair")
    broker = EmbeddedBroker(folder / "broker")
    url = broker.start()
    try:
        with (
            system_of(folder / "north", url, NORTH) as north,
            system_of(folder / "south", url, SOUTH) as south,
        ):
            north.worker()
            south.worker()
            yield Pair(url, north, south)
    finally:
        broker.stop()
