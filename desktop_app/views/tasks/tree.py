"""A task's tree as lines: those that are known, and those that are still to come."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.qt_models.words import clean
from desktop_app.ui import formats, states
from desktop_app.views.tasks import wording
from desktop_app.views.tasks.wording import Relative
from worker_core.operations.canvas import Chord, Plan, Step

_WHEN = {
    "next": "to come",
    "callback": "on success",
    "errback": "on failure",
    "chord": "when all are done",
}


@dataclass(frozen=True, slots=True)
class Branch:
    """One line. ``state`` is None for a task that is not sent yet. ``rails`` says for each level
    left of it whether a line goes on there, the last of them being its own."""

    label: str
    depth: int
    state: str | None
    said: str
    task_id: str | None
    rails: tuple[bool, ...] = ()


def branches(
    family: Sequence[Relative], current: str, plan: Plan | None, most: int
) -> tuple[list[Branch], int]:
    """The first ``most`` lines, and how many more there are."""
    lines: list[Branch] = []
    known = {relative.row.uuid for relative in family}
    for relative in family:
        row = relative.row
        said = (
            formats.duration(row.runtime) if row.runtime is not None else states.of(row.state).word
        )
        lines.append(Branch(wording.label(row), relative.depth, row.state, said, row.uuid))
        if row.uuid == current and plan is not None:
            lines += _to_come(plan, relative.depth, known)
    shown = lines[:most]
    return [_with_rails(shown, place) for place in range(len(shown))], len(lines) - len(shown)


def _to_come(plan: Plan, depth: int, known: set[str]) -> list[Branch]:
    steps = [step for step in plan.steps if step.task_id is None or step.task_id not in known]
    found = [
        Branch(_short(step.name), depth + step.after, None, _WHEN[step.kind], step.task_id)
        for step in _ordered(steps)
    ]
    if plan.chord is not None:
        found.insert(0, _chord(plan.chord, depth + 1))
    return found


def _ordered(steps: Sequence[Step]) -> list[Step]:
    """Callbacks of the task itself before the rest of its chain, so that no line crosses."""
    return sorted(steps, key=lambda step: (step.kind in {"next", "chord"}, step.after))


def _chord(chord: Chord, depth: int) -> Branch:
    done, total = formats.count(chord.done), formats.count(chord.total)
    return Branch("Its chord", depth, None, f"{done} of {total} done", None)


def _short(name: str) -> str:
    queue, _, last = name.partition(".")
    return clean(last or queue)


def _with_rails(lines: Sequence[Branch], place: int) -> Branch:
    line = lines[place]
    rails = []
    for level in range(1, line.depth + 1):
        goes_on = False
        for later in lines[place + 1 :]:
            if later.depth <= level:
                goes_on = later.depth == level
                break
        rails.append(goes_on)
    return Branch(line.label, line.depth, line.state, line.said, line.task_id, tuple(rails))
