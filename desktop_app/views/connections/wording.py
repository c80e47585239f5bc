"""What was found at a broker or a server, in words."""

from datetime import UTC, datetime, timedelta

from desktop_app.services.signing_in import SignedIn
from desktop_app.ui import formats
from worker_core.operations.survey import Survey

_SOON = timedelta(days=7)
_SKEW_S = 90.0


def found_words(found: Survey | SignedIn) -> tuple[str, str]:
    """A sentence or two, and the colour to say them in."""
    if isinstance(found, SignedIn):
        return _signed_in(found, datetime.now(UTC))
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


def _signed_in(found: SignedIn, now: datetime) -> tuple[str, str]:
    me = found.me
    who = f"{formats.shorten(me.name, 60)}, {formats.shorten(me.role, 20)}"
    words = [f"The server answers in {formats.duration(found.answers_in_s)}: you are {who}."]
    until = me.expires_at
    soon = until - now < _SOON
    words.append(f"The token is good until {until.astimezone():%d %b %Y, %H:%M}.")
    if soon:
        words.append("Ask for a new one before: “afi users token” makes it.")
    ahead = found.ahead_s or 0.0
    skewed = abs(ahead) > _SKEW_S
    if skewed:
        other = "behind" if ahead > 0 else "ahead of"
        words.append(
            f"This computer’s clock is {formats.duration(abs(ahead))} {other} the server’s: set it."
        )
    return " ".join(words), "warning" if soon or skewed else "ok"
