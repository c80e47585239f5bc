"""Commands to workers, each with the answers of all that it was for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from worker_core.operations import worker_answers
from worker_core.operations.worker_answers import Answer
from worker_core.operations.workers import gather
from worker_core.settings import Settings

ANSWER_S: Final = 5.0
_PING_S: Final = 1.0
_TOLD: Final = "was told to shut down. It finishes what it runs first, and leaves without a word."
_TOLD_BLINDLY: Final = (
    "did not answer. The order was sent all the same: a worker that is busy in a solo pool reads "
    "it when it is free, one that is gone never will."
)


def ask(
    command: str,
    arguments: Mapping[str, object] | None,
    expected: Sequence[str],
    *,
    timeout: float = ANSWER_S,
    settings: Settings | None = None,
) -> Iterator[Answer]:
    """Give ``command`` to the workers named; yields the answer of each as it arrives, and at the
    end those that were silent for ``timeout`` seconds. Every name is answered for at least once.

    Raises:
        BrokerUnreachable, BrokerRefused: the broker does not answer, or refuses.
    """
    arguments = arguments or {}
    nodes = list(dict.fromkeys(expected))
    if not nodes:
        return
    if command == "shutdown":
        yield from _shut_down(nodes, settings)
        return
    waiting = dict.fromkeys(nodes)
    for _, node, reply in gather(
        {command: arguments},
        timeout=timeout,
        destination=nodes,
        settings=settings,
    ):
        waiting.pop(node, None)
        yield worker_answers.read(command, arguments, node, reply)
    for node in waiting:
        yield worker_answers.silent(node)


def _shut_down(nodes: Sequence[str], settings: Settings | None) -> Iterator[Answer]:
    """A worker that shuts down never answers to that, so who is there is asked before."""
    waiting = dict.fromkeys(nodes)
    there = []
    for _, node, _pong in gather(
        {"ping": {}}, timeout=_PING_S, destination=nodes, settings=settings
    ):
        if node in waiting:
            del waiting[node]
            there.append(node)
    # Nobody's answer is waited for.
    for _ in gather(
        {"shutdown": {}},
        timeout=_PING_S,
        destination=nodes,
        limit=0,
        settings=settings,
    ):
        pass
    yield from (Answer(node, "ok", _TOLD) for node in there)
    yield from (Answer(node, "no answer", _TOLD_BLINDLY) for node in waiting)
