"""What the library says while it has no row: why, and the one next step."""

from collections.abc import Callable

from desktop_app.ui.empty import EmptyState

Do = Callable[[], object]


def nothing_yet(choose: Do) -> EmptyState:
    return EmptyState(
        "documents",
        "No documents yet",
        "Drop a filing on this window. What it says and its tone appear here.",
        "Choose files…",
        choose,
    )


def nothing_left(clear: Do) -> EmptyState:
    return EmptyState(
        "filter",
        "No document is like that",
        "The filters leave none over.",
        "Clear the filters",
        clear,
    )


def unreadable(said: str, remedy: str, again: Do) -> EmptyState:
    sentence = f"The library could not be read: {said}"
    return EmptyState("error", sentence, remedy, "Try again", again)
