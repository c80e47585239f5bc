"""What other pages ask this one to show, as the text of a search."""

from collections.abc import Mapping
from typing import Final

from desktop_app.monitor.query.unparse import states_term, term, words_term

_FIELDS: Final = {"name": "task", "queue": "queue", "worker": "worker"}


def text_of(detail: Mapping[str, object]) -> str | None:
    """The search for a mapping with any of ``query`` (as one types it), ``states``, ``name``,
    ``queue``, ``worker`` and ``text``; None if it has none of them."""
    parts = []
    if query := detail.get("query"):
        parts.append(str(query))
    states = detail.get("states")
    if isinstance(states, frozenset) and states:
        parts.append(states_term(states))
    parts += [term(field, str(detail[key])) for key, field in _FIELDS.items() if detail.get(key)]
    parts += [words_term(word) for word in str(detail.get("text") or "").split()]
    return " ".join(parts) or None
