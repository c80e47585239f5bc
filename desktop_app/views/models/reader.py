"""What the page asks of the registry: of what it has already, nothing."""

from dataclasses import dataclass

from desktop_app.services.models import Model, Models, Search
from worker_core.operations.models import ModelHistory
from worker_core.storage import TaskRecord, TrialRecord

_OVER = frozenset({"succeeded", "failed", "cancelled", "quarantined"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found. None stands for what is as it was, or was not asked for."""

    models: tuple[Model, ...]
    name: str
    history: ModelHistory | None
    searches: tuple[Search, ...] | None
    waiting: TaskRecord | None
    trials: tuple[TrialRecord, ...] | None


class Reader:
    """Looks at the registry, and remembers what was read last."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._group: object = None
        self._counts: object = None
        self.asked = ""
        """The task of a search that was asked for here and has not begun to try anything."""

    def forget(self) -> None:
        """The next look reads it all."""
        self._group = self._counts = None

    async def see(self, wanted: str, current: Model | None, *, study: str | None) -> Seen:
        """Look at all models, and closely at one.

        :param wanted: the name of the model that is meant, or of its kind; "" for ``current``, or
            the first
        :param study: the search that is looked at, "" for the latest; None where none is
        """
        listed = await self._models.all()
        there = {one.name: one for one in listed}
        meant = _meant(wanted, listed) or (there.get(current.name) if current else None)
        meant = meant or listed[0]
        history = None
        if self._group != (meant.name, meant.group):
            history = await self._models.history(meant.kind.name, meant.subject)
            self._group = (meant.name, meant.group)
        if study is None or not meant.kind.tuned_as:
            return Seen(listed, meant.name, history, None, None, None)
        searches = await self._models.searches(meant.kind.name)
        waiting = await self._waiting(searches)
        trials = await self._trials(meant, searches, study)
        return Seen(listed, meant.name, history, searches, waiting, trials)

    async def _waiting(self, searches: tuple[Search, ...]) -> TaskRecord | None:
        if self.asked and any(one.study.labels.get("task_id") == self.asked for one in searches):
            self.asked = ""
        if not self.asked:
            return None
        task = await self._models.task(self.asked)
        if task is None or task.state in _OVER:
            self.asked = ""
            return task if task is not None and task.state == "failed" else None
        return task

    async def _trials(
        self, meant: Model, searches: tuple[Search, ...], study: str
    ) -> tuple[TrialRecord, ...] | None:
        names = [one.study.name for one in searches]
        if study not in names:
            study = names[0] if names else ""
        counts = next((dict(one.study.counts) for one in searches if one.study.name == study), {})
        if self._counts == (meant.name, study, counts):
            return None
        found = await self._models.trials(study) if study else ()
        self._counts = (meant.name, study, counts)
        return found


def _meant(name: str, models: tuple[Model, ...]) -> Model | None:
    """The model of that name, or the first of the kind of that name."""
    exact = (one for one in models if one.name == name)
    return next(exact, next((one for one in models if one.kind.name == name), None))
