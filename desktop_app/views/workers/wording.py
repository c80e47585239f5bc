"""Sentences of the page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from desktop_app.qt_models.fleet_table import FleetRow
from desktop_app.qt_models.words import clean
from desktop_app.ui import formats
from desktop_app.views.workers.actions import Action


def summary(rows: Sequence[FleetRow]) -> str:
    """How many are there, and how much of them is taken."""
    if not rows:
        return ""
    found = Counter(row.state for row in rows)
    parts = [f"{formats.count(found[s])} {s}" for s in ("online", "silent", "offline") if found[s]]
    known = [row for row in rows if row.state == "online" and row.slots is not None]
    if known:
        busy = sum(row.busy or 0 for row in known)
        slots = sum(row.slots or 0 for row in known)
        parts.append(f"{formats.count(busy)} of {formats.plural(slots, 'slot')} busy")
    return " · ".join(parts)


def command(action: Action, given: Mapping[str, Any]) -> str:
    """What was told, with its arguments."""
    values = [
        f"{field.title.lower()} {clean(str(given[field.name]))}"
        for field in action.fields
        if given.get(field.name) is not None
    ]
    word = action.word.rstrip("…")
    if len(values) == 1 and action.fields[0].kind == "count":
        return f"{word} {values[0]}"
    return f"{word}: {', '.join(values)}" if values else word
