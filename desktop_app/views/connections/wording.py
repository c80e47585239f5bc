"""What was found at a broker, in words."""

from desktop_app.ui import formats
from worker_core.operations.survey import Survey


def found_words(found: Survey) -> tuple[str, str]:
    """A sentence or two, and the colour to say them in."""
    queues = formats.plural(len(found.queues), "queue")
    workers = formats.plural(len(found.workers), "worker")
    words = [
        f"{found.server} answers in {formats.duration(found.answers_in_s)}.",
        f"{queues}, {workers}{_tasks(found)}.",
    ]
    if found.refusals:
        words.append(f"This user may not {', '.join(found.refusals)}: give it more rights.")
    return " ".join(words), "warning" if found.refusals else "ok"


def _tasks(found: Survey) -> str:
    if not found.workers:
        return ": none answers, so nothing runs there now"
    known = f" that know {formats.plural(len(found.tasks), 'task')}"
    return known + (" of AFI Desk" if found.ours else " of another application")
