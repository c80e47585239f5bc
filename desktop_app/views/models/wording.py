"""What is said of models, in words. Nothing here touches a widget."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop_app.qt_models.words import clean
from desktop_app.services.model_figures import HEADLINE_WORDS, Pair, compared
from desktop_app.services.models import Model
from desktop_app.ui import formats
from desktop_app.ui.tokens import Tone
from worker_core.operations.model_kinds import ModelKind, retraining
from worker_core.operations.models import BY_HAND, ModelHistory
from worker_core.storage import ModelChange, ModelRecord

NO_FILE: Final = "None: it is all in its settings"
GONE: Final = "Gone: it is stored nowhere any more"
_SHORT: Final = 12
_MOST_PAIRS: Final = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, what it means, and its tone."""

    tone: Tone
    sentence: str
    detail: str = ""


def condition(model: Model) -> str:
    """The name of how a model stands, from the table of states."""
    group = model.group
    if group is None or group.in_use is None:
        return "built-in"
    return "champion"


def in_use(model: Model) -> str:
    """The version in use, or what is instead of one."""
    if model.group is not None and model.group.in_use is not None:
        return clean(model.group.in_use)
    return "" if model.kind.built_in == "Nothing" else "built in"


def summary(models: Sequence[Model], shown: int, *, of_the_workers: bool) -> str:
    """Above the list."""
    versions = sum(one.group.versions for one in models if one.group)
    said = [formats.plural(len(models), "model")]
    if shown != len(models):
        said[0] = f"{formats.count(shown)} of {said[0]}"
    said.append(formats.plural(versions, "version"))
    if not of_the_workers:
        said.append("of this computer")
    return " · ".join(said)


def head(model: Model) -> str:
    """Below a model's title."""
    group = model.group
    if group is None:
        return f"{model.kind.description} Nothing has been trained yet.".strip()
    waiting = f", {formats.count(group.waiting)} not judged" if group.waiting else ""
    return f"{model.kind.description} {formats.plural(group.versions, 'version')}{waiting}.".strip()


def moment(at: datetime) -> str:
    return formats.moment(at.timestamp(), time.time())


def facts(record: ModelRecord, *, gone: bool) -> list[tuple[str, str]]:
    """What a version is made of, for the card of it."""
    file = NO_FILE
    if record.artifact_sha256 is not None:
        file = GONE if gone else formats.size(record.artifact_bytes)
    return [
        ("Trained", moment(record.created_at)),
        ("Data", clean(record.training_set or formats.NOTHING)[: _SHORT + 4]),
        ("Seed", formats.NOTHING if record.seed is None else str(record.seed)),
        ("Libraries", clean(_libraries(record.libraries)) or formats.NOTHING),
        ("Made from", clean(record.parent_version or formats.NOTHING)),
        ("File", file),
    ]


def _libraries(found: object) -> str:
    if not isinstance(found, dict):
        return ""
    return ", ".join(f"{name} {version}" for name, version in found.items())


def reasons(record: ModelRecord) -> tuple[str, ...]:
    """Why it was put in use, or not; empty where nobody has judged it."""
    told = (record.verdict or {}).get("reasons")
    return tuple(clean(str(one)) for one in told) if isinstance(told, list) else ()


def verdict(record: ModelRecord | None, kind: ModelKind, *, gone: bool) -> Said:
    """What became of a version, and why."""
    if record is None:
        return _none(kind)
    name, why = clean(record.version), " ".join(reasons(record))
    if gone:
        return Said(
            Tone.DANGER,
            f"The file of {name} is gone",
            "It cannot be put in use. Where it is in use, workers stand in with what comes with "
            "the program and say so with each result. Roll back, or retrain.",
        )
    said = {
        "rejected": (Tone.WARNING, f"{name} was not promoted", why),
        "candidate": (Tone.ACCENT, f"{name} has not been judged", _not_judged(kind, record)),
        "champion": (Tone.OK, f"{name} is in use", why or "It was put in use by hand."),
        "previous": (Tone.WAITING, f"{name} was in use before; rolling back leads to it", why),
        "retired": (Tone.WAITING, f"{name} was in use earlier", why),
    }
    return Said(*said[record.status])


def _none(kind: ModelKind) -> Said:
    if kind.built_in == "Nothing":
        return Said(
            Tone.WAITING,
            "Nothing is trained yet",
            "The first forecast of a symbol fits its parameters, tests them and puts them in use.",
        )
    return Said(Tone.WAITING, f"In use: {kind.built_in[:1].lower()}{kind.built_in[1:]}")


def _not_judged(kind: ModelKind, record: ModelRecord) -> str:
    found = "A search for settings found it. " if "search" in record.metrics else ""
    if kind.name == "forecast.metric":
        return f"{found}Retrain holds it against what is in use; or promote it yourself."
    return f"{found}It takes nobody's place by itself: look at its figures, and promote it or not."


def promotion(history: ModelHistory, record: ModelRecord, kind: ModelKind) -> tuple[str, str]:
    """The question before a version is put in use, and what will change by it."""
    before = next((one for one in history.versions if one.version == history.pointer.version), None)
    of = f" of {clean(record.subject)}" if record.subject else ""
    instead = clean(before.version) if before else kind.built_in.lower()
    question = f"Put {clean(record.version)} in use for {kind.title.lower()}{of}?"
    said = [f"Workers take it with their next task, instead of {instead}."]
    changed = [pair for pair in compared(before, record) if pair.judgement in ("better", "worse")]
    if changed:
        said.append(f"{'; '.join(map(_pair, changed[:_MOST_PAIRS]))}.")
    if record.status == "rejected":
        said.append(f"It was not promoted before: {' '.join(reasons(record))}")
    if record.status == "candidate":
        said.append("Nobody has judged it on data that it had not seen.")
    back = clean(before.version) if before else "what was in use before"
    said.append(f"Rolling back leads to {back} again.")
    return question, " ".join(said)


def _pair(pair: Pair) -> str:
    return f"{pair.title} {figure(pair.ours)} → {figure(pair.other)} ({pair.judgement})"


def rollback(history: ModelHistory, kind: ModelKind) -> tuple[str, str]:
    """The question before the way back, and what will be in use then."""
    pointer = history.pointer
    now, then = clean(pointer.version or ""), pointer.previous
    to = clean(then) if then else kind.built_in.lower()
    detail = f"{to[:1].upper()}{to[1:]} is in use then, from the workers' next task on."
    if then is not None and then in history.gone:
        detail += (
            f" But the file of {to} is gone: workers would stand in with what comes with the "
            "program."
        )
    if then is None and kind.built_in == "Nothing":
        detail = "Nothing is in use then; the next forecast fits new parameters."
    return f"Take {now} out of use?", f"{detail} {now} stays in the list."


def figure(value: float | None) -> str:
    """A score, which has no unit of its own, or a count."""
    if value is None:
        return formats.NOTHING
    if float(value).is_integer() and abs(value) >= 2:
        return formats.count(value)
    return f"{value:.4f}" if 0.001 <= abs(value) < 10 or value == 0 else f"{value:.4g}"


def headline_title(kind: str) -> str:
    return HEADLINE_WORDS.get(kind, "Figure")


_ACTIONS: Final = {
    "promoted": "Put in use",
    "rejected": "Not promoted",
    "rolled_back": "Rolled back to",
}


def change(row: ModelChange) -> str:
    """``Put in use: garch-53c919b556a0``."""
    return f"{_ACTIONS[row.action]}: {clean(row.to_version or 'what comes with the program')}"


def who(row: ModelChange) -> str:
    return "By hand" if row.by == BY_HAND else clean(row.by) or formats.NOTHING


def can_retrain(model: Model) -> bool:
    return retraining(model.kind.name, model.subject) is not None


def retrained(model: Model) -> str:
    """What the task does that was put on its queue."""
    return f"Retraining of {model.title} is on its queue. It is promoted only if it is better."
