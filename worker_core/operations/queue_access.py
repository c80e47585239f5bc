"""What all commands to waiting messages share."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.errors import NotAQueue
from worker_core.operations.messages import Waiting
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis


@dataclass(frozen=True, slots=True)
class Done:
    """What became of messages. ``gone`` of them were no longer there: a worker had taken them.
    ``batch`` names what can be put back, None where nothing is kept. ``problem`` says in plain
    words what could not be noted beside it. ``left`` of them wait as before, since the command was
    stopped."""

    count: int
    gone: int = 0
    batch: str | None = None
    problem: str | None = None
    left: int = 0


def by_place(messages: Iterable[Waiting]) -> Iterator[tuple[str, int, list[bytes]]]:
    """The messages by queue and step, in the order in which they would be served."""

    def place(message: Waiting) -> tuple[str, int]:
        return message.queue, message.priority

    for (queue, step), group in groupby(sorted(messages, key=place), place):
        yield queue, step, [message.raw for message in group]


@contextmanager
def broker(settings: Settings) -> Iterator["Redis"]:
    url = broker_url(settings)
    with reaching(url), client(url) as redis:
        yield redis


@contextmanager
def queue_key(name: str) -> Iterator[None]:
    """Says plainly when the key of a queue is something else."""
    from redis.exceptions import ResponseError

    try:
        yield
    except ResponseError as error:
        if "WRONGTYPE" not in str(error):
            raise
        raise NotAQueue(
            f"“{shown(name)}” is no queue: the broker keeps something else under this name.",
            "Nothing was changed. Rename the queue where its workers are configured.",
        ) from error


def shown(name: str) -> str:
    """A name from outside, without what would break a line or reorder the words around it."""
    return "".join(one if one.isprintable() else "\ufffd" for one in name)
