"""What stands in place of the figures while there are none: why, and the one next step."""

from collections.abc import Callable

from desktop_app.ui.empty import EmptyState


def explained(
    span: str,
    *,
    kept: bool,
    idle: bool,
    longer: Callable[[], object] | None,
    go: Callable[[str], object],
) -> EmptyState:
    """
    :param span: the span in words
    :param kept: whether a history is kept
    :param idle: whether no broker is looked at
    :param longer: shows the longest span, None where that is shown
    :param go: leads to the page of an id
    """
    if idle:
        return EmptyState(
            "link",
            "Not connected to a broker",
            "Start one on this computer, or connect to one that runs.",
            "Choose a broker",
            lambda: go("welcome"),
        )
    if not kept:
        return EmptyState(
            "insights",
            "No history of tasks is kept",
            "Set AFI_HISTORY_MB to more than 0 and start the window again.",
        )
    if longer is not None:
        return EmptyState(
            "insights",
            f"No task ended in the last {span}",
            "Tasks appear here a few seconds after they end.",
            "Show 7 days",
            longer,
        )
    return EmptyState(
        "insights",
        f"No task ended in the last {span}",
        "Tasks appear here a few seconds after they end.",
        "Enqueue a task",
        lambda: go("enqueue"),
    )
