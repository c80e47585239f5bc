"""``afi selftest``: whether all of this installation works, in a folder that is removed afterwards.

It knows nothing of the user's own broker, database and files, and leaves no process behind.
"""

from typing import Any

from worker_core import __version__
from worker_core.selftest.chain import Chain
from worker_core.selftest.steps import Say, line, own_folder, timed

__all__ = ["run"]


def run(progress: Say | None = None, *, quick: bool = False) -> dict[str, Any]:
    """Run every step until one fails; then stop what was started.

    With ``quick`` a broker, a worker and a scheduler process one sample filing. Else the window is
    opened without a screen too, each domain has a task, one that runs is ended by force, the
    scheduler sends one, and the HTTP API and Flower answer.

    Returns ``{"ok": bool, "version": …, "steps": […]}``; a step has ``name``, ``ok``, ``seconds``
    and ``message``.
    """
    steps: list[dict[str, Any]] = []

    def note(step: dict[str, Any]) -> None:
        steps.append(step)
        if progress:
            progress(line(step))

    with own_folder() as values:
        chain = Chain(values, quick=quick)
        try:
            for name, step in chain.steps():
                note(timed(name, step))
                if not steps[-1]["ok"]:
                    break
        finally:
            note(timed("stop", chain.stop))
    return {"ok": all(s["ok"] for s in steps), "version": __version__, "steps": steps}
