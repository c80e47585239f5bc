"""What is said of a span in which events were missed. Nothing here touches a widget."""

from desktop_app.monitor.rows import Found, Gap
from desktop_app.qt_models.words import clean
from desktop_app.ui import formats

NOT_ASKED = (
    "Nothing yet. Workers and stored results are asked within seconds of being connected again; "
    "where the window was closed before, nothing is kept of it."
)

_MEANING = {
    "disconnected": "There was no connection to the broker, and Celery keeps no events for later.",
    "overflow": "Events came faster than this computer could take them in.",
    "trimmed": "The broker's journal of events had already let go of these when it was read.",
}


def lost(gap: Gap) -> str:
    """How much was missed, as far as anyone can know."""
    if gap.dropped is None:
        return "Nobody can tell: what is sent while nobody listens is not counted."
    return f"{formats.plural(gap.dropped, 'message')} of events."


def why(gap: Gap) -> str:
    meaning, told = _MEANING[gap.reason], clean(gap.message)
    return f"{meaning}\n{told}" if told else meaning


def facts(gap: Gap, now: float) -> list[tuple[str, str]]:
    rows = [
        ("From", formats.moment(gap.start, now)),
        ("To", formats.moment(gap.end, now)),
        ("Length", formats.duration(gap.end - gap.start)),
    ]
    if gap.found is not None:
        rows.append(("Asked", formats.moment(gap.found.at, now)))
    return rows


def found(result: Found | None) -> str:
    """What asking the workers and the stored results brought to light."""
    if result is None:
        return NOT_ASKED
    workers = formats.plural(result.workers, "worker") if result.workers else "No worker"
    said = [f"{workers} answered what runs."]
    if not result.asked and not result.appeared:
        said.append("No task known here was unfinished: of these, nothing was missed.")
    if result.asked:
        tasks = formats.plural(result.asked, "task")
        said.append(f"{tasks} had been heard of and not of the end:")
        still = result.asked - result.ended - result.unknown
        said += [
            f"• {formats.count(number)} {what}"
            for number, what in (
                (result.ended, "ended meanwhile, as the stored results say"),
                (result.unknown, "no longer run by anyone, with no result that tells the end"),
                (max(still, 0), "still waiting or running"),
            )
            if number
        ]
    if result.appeared:
        tasks = formats.plural(result.appeared, "task")
        said.append(f"Also running, with a start that was missed: {tasks}, now in the list.")
    if not result.complete:
        said.append("Not all stored results could be looked up.")
    said.append("Tasks that came and ended within the gap, with nobody listening, stay unknown.")
    return "\n".join(said)


def in_short(gap: Gap, now: float) -> str:
    """One sentence, where there is no row for it."""
    start, end = formats.moment(gap.start, now), formats.moment(gap.end, now)
    return f"Events were missed from {start} to {end}. {_MEANING[gap.reason]}"
