"""Changes to the text of a search that leave the rest of it as it was typed."""

from collections.abc import Iterable

from desktop_app.monitor.query.nodes import Node, Or, States
from desktop_app.monitor.query.parser import conjuncts
from desktop_app.monitor.query.unparse import states_term


def chosen_states(root: Node | None) -> frozenset[str]:
    """The states that a search is confined to; none if it is not, or in a way that cannot be told
    as a list."""
    parts = getattr(root, "parts", ()) if not isinstance(root, Or) else ()
    found = [part for part in parts or (root,) if isinstance(part, States)]
    if not found:
        return frozenset()
    return frozenset(found[0].names).intersection(*(one.names for one in found[1:]))


def with_states(text: str, states: Iterable[str]) -> str:
    """The search confined to these states instead of those before; to none means to any state.

    :raises QuerySyntaxError: as ``parse`` does
    """
    wanted = frozenset(states)
    term = states_term(wanted) if wanted else ""
    parts = conjuncts(text)
    places = [place for place, part in enumerate(parts) if isinstance(part.node, States)]
    for place in reversed(places[1:] if term else places):
        text = _without(text, [(part.start, part.end) for part in conjuncts(text)], place)
    if not term:
        return text.strip()
    if places:
        first = parts[places[0]]
        return f"{text[: first.start]}{term}{text[first.end :]}"
    if len(parts) == 1 and isinstance(parts[0].node, Or):
        text = text.strip() if _in_parentheses(text, parts[0].start) else f"({text.strip()})"
    return f"{term} {text}".strip()


def _in_parentheses(text: str, start: int) -> bool:
    """Whether a search that is one ``or`` was typed in parentheses as a whole."""
    opened = text[start] == "("
    return opened and len(conjuncts(f"x {text}")) == 2


def _without(text: str, spans: list[tuple[int, int]], place: int) -> str:
    start, end = spans[place]
    if place + 1 < len(spans):
        return text[:start] + text[spans[place + 1][0] :]
    return text[: spans[place - 1][1]] if place else text[:start] + text[end:]
