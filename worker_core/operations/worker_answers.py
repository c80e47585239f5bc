"""What a worker answers to a command, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Outcome = Literal["ok", "refused", "no answer"]

_LIMIT: Final = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """How one worker took a command. ``text`` goes after its name and a colon."""

    node: str
    outcome: Outcome
    text: str


# Celery's own words are told by a part of them, since they carry the error's type and arguments.
_REFUSALS: Final = (
    (
        "Autoscale not enabled",
        "it was not started with --autoscale, so its pool keeps its size. Grow or shrink it.",
    ),
    (
        "Pool restarts not enabled",
        "its setting worker_pool_restarts is off. Turn it on and start the worker anew.",
    ),
    (
        "is not supported with autoscale",
        "it sizes its pool by itself. Change the range of its autoscaler.",
    ),
    ("Can't shrink pool", "all its processes are busy. Try again when one is free."),
    ("unknown task", "it has no task of this name."),
    ("Invalid rate limit", "it does not understand this rate. Write it as 10/s, 100/m or 10/h."),
    ("event dispatcher unavailable", "it has no event dispatcher (it runs without events)."),
)
_DONE: Final = {
    "pool_grow": "its pool grows by {n}.",
    "pool_shrink": "its pool shrinks by {n}.",
    "pool_restart": "its pool is being restarted.",
    "add_consumer": "it now takes from the queue {queue}.",
    "cancel_consumer": "it no longer takes from the queue {queue}.",
    "rate_limit": "its new rate limit is {rate_limit}.",
    "revoke_by_stamped_headers": "it begins no task that carries the stamp.",
    "heartbeat": "it has sent a heartbeat.",
}
_FIXED_POOL: Final = "its pool cannot change its size while it runs. Start it with another one."
_SILENCE: Final = (
    "did not answer in time. It may be gone, busy in a solo pool, or cut off; a busy one acts on "
    "the command when it is free."
)


def silent(node: str) -> Answer:
    return Answer(node, "no answer", _SILENCE)


def read(command: str, arguments: Mapping[str, object], node: str, reply: Any) -> Answer:
    """The answer that ``node`` gave, of whatever shape it is: another Celery may answer
    anything."""
    if isinstance(reply, Mapping) and "error" in reply:
        return Answer(node, "refused", f"refused: {_refusal(command, str(reply['error']))}")
    return Answer(node, "ok", _done(command, arguments) or _own_words(reply))


def _refusal(command: str, error: str) -> str:
    for part, words in _REFUSALS:
        if part in error:
            return words
    if "AttributeError" in error and any(verb in error for verb in ("'grow'", "'shrink'")):
        return _FIXED_POOL
    if error.startswith("KeyError") and command in error:
        return "it does not know this command."
    return _short(error) or "it gave no reason."


def _done(command: str, arguments: Mapping[str, object]) -> str:
    """What has happened by that, where it can be said better than Celery does."""
    if command == "rate_limit" and not arguments.get("rate_limit"):
        return "the rate is no longer limited."
    return _DONE.get(command, "").format_map({"n": 1} | dict(arguments))


def _own_words(reply: Any) -> str:
    said = reply.get("ok") if isinstance(reply, Mapping) and "ok" in reply else reply
    return _short("" if said is None else str(said)) or "it did so, without a word."


def _short(text: str) -> str:
    return text if len(text) <= _LIMIT else f"{text[: _LIMIT - 1]}…"
