"""What can be asked about a task: the fields, their names and the words for states."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from desktop_app.monitor.rows import FINISHED, STATES


class Kind(StrEnum):
    TEXT = "text"
    STATE = "state"
    DURATION = "duration"
    COUNT = "count"
    FLAG = "flag"
    HAS = "has"
    IS = "is"


@dataclass(frozen=True, slots=True)
class Field:
    """``name`` is what is typed, ``meaning`` is shown beside it, ``column`` is the attribute of a
    row and the column of the history; a duration has one only where it is stored as such."""

    name: str
    kind: Kind
    meaning: str
    column: str = ""
    aliases: tuple[str, ...] = ()


FIELDS: Final = {
    field.name: field
    for field in (
        Field("state", Kind.STATE, "What became of it", "state", ("status",)),
        Field("task", Kind.TEXT, "Name of the task", "name", ("name",)),
        Field("queue", Kind.TEXT, "Queue it was sent to", "queue"),
        Field("worker", Kind.TEXT, "Worker that has or had it", "worker", ("host", "hostname")),
        Field(
            "runtime", Kind.DURATION, "How long it ran, or has been running", "runtime", ("ran",)
        ),
        Field("wait", Kind.DURATION, "How long it waited before its start", "", ("waited",)),
        Field("age", Kind.DURATION, "Time since it was sent"),
        Field("ended", Kind.DURATION, "Time since it ended", "finished"),
        Field("retries", Kind.COUNT, "How often it was tried again", "retries", ("retry",)),
        Field("redelivered", Kind.FLAG, "Delivered more than once", "redelivered"),
        Field("exception", Kind.TEXT, "Error it ended with", "exception", ("error",)),
        Field("traceback", Kind.TEXT, "Where the error arose", "traceback", ("trace",)),
        Field("args", Kind.TEXT, "Positional arguments", "args", ("arg", "arguments")),
        Field("kwargs", Kind.TEXT, "Named arguments", "kwargs", ("kwarg",)),
        Field("result", Kind.TEXT, "What it returned", "result"),
        Field("id", Kind.TEXT, "Id of the task", "uuid", ("uuid",)),
        Field("root", Kind.TEXT, "Id of the task that began it all", "root_id", ("root_id",)),
        Field("parent", Kind.TEXT, "Id of the task that sent it", "parent_id", ("parent_id",)),
        Field("has", Kind.HAS, "Something is known of that field"),
        Field("is", Kind.IS, "A state, or finished, redelivered, retried"),
    )
}

_BY_NAME: Final = {
    name: field for field in FIELDS.values() for name in (field.name, *field.aliases)
}

FREE_TEXT: Final = ("name", "args", "kwargs", "result", "exception")
"""Columns in which free text is looked for; besides, it may be the beginning of an id."""

STATE_WORDS: Final = {
    "PENDING": ("waiting", "pending"),
    "RECEIVED": ("received", "reserved"),
    "STARTED": ("running", "started"),
    "PROGRESS": ("progress", "in-progress"),
    "RETRY": ("retrying", "retry"),
    "SUCCESS": ("succeeded", "success", "successful", "ok"),
    "FAILURE": ("failed", "failure", "error"),
    "REVOKED": ("revoked", "cancelled", "canceled"),
    "REJECTED": ("rejected", "reject"),
}
"""For each of Celery's states the words that mean it; the first is the one to show."""

STATE_GROUPS: Final = {
    "finished": tuple(state for state in STATES if state in FINISHED),
    "unfinished": tuple(state for state in STATES if state not in FINISHED),
}

_STATES_BY_WORD: Final = {
    word: (state,) for state, words in STATE_WORDS.items() for word in words
} | STATE_GROUPS

YES: Final = frozenset({"yes", "true", "1"})
NO: Final = frozenset({"no", "false", "0"})


def field_named(name: str) -> Field | None:
    return _BY_NAME.get(name.lower())


def states_named(word: str) -> tuple[str, ...] | None:
    """The states that a word means, in Celery's names."""
    return _STATES_BY_WORD.get(word.lower())


def state_word(state: str) -> str:
    """The word to show for a state. One that is not Celery's stays as it is."""
    return STATE_WORDS[state][0] if state in STATE_WORDS else state


def in_order(states: set[str]) -> tuple[str, ...]:
    """Celery's states in their order, then others by name."""
    known = tuple(state for state in STATES if state in states)
    return known + tuple(sorted(states.difference(known)))


def near_field(name: str) -> str | None:
    """The field that was probably meant."""
    return _near(name, _BY_NAME)


def near_state(word: str) -> str | None:
    """The word for a state that was probably meant."""
    return _near(word, _STATES_BY_WORD)


def _near(word: str, words: Collection[str]) -> str | None:
    word = word.lower()
    for known in words:
        if len(word) > 1 and known.startswith(word):
            return known
    # Longer words are not typing errors, and comparing them takes long.
    found = get_close_matches(word, words, n=1, cutoff=0.6) if len(word) <= 30 else []
    return found[0] if found else None
