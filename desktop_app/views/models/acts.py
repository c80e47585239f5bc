"""Changes to models, and what is said when they are done."""

from PySide6.QtCore import QObject, Signal

from desktop_app.qt_models.words import clean
from desktop_app.services.models import Model, Models
from desktop_app.ui.background import Background
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.ui.one_at_a_time import OneAtATime
from desktop_app.views.models import wording
from worker_core.operations.submit import Submission
from worker_core.storage import ModelPointer, ModelRecord, TaskRecord


class Acts(OneAtATime):
    """``changed`` says that the registry, or what works on it, is another now."""

    task_wanted = Signal(str)
    searching = Signal(str)
    """A search was put on its queue under that id."""

    def __init__(
        self,
        models: Models,
        background: Background,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, messages, parent)
        self._models = models

    def promote(self, record: ModelRecord, *, undone: bool = False) -> None:
        def promoted(now: ModelRecord) -> None:
            name = clean(now.version)
            if undone:
                self._messages.info(f"{name} is in use again.")
                return
            back = MessageAction(
                "Undo",
                lambda: self.roll_back(now.kind, now.subject, now.version, None),
            )
            self._messages.info(f"{name} is in use.", action=back)

        self.run(self._models.promote(record), f"promote {clean(record.version)}", promoted)

    def roll_back(
        self, kind: str, subject: str, version: str | None, record: ModelRecord | None
    ) -> None:
        """Take ``version`` out of use. ``record`` is what an undo puts back; None for an undo."""

        def rolled_back(now: ModelPointer) -> None:
            said = f"{clean(now.version or 'What comes with the program')} is in use again."
            undo = None
            if record is not None:
                undo = MessageAction("Undo", lambda: self.promote(record, undone=True))
            self._messages.info(said, action=undo)

        self.run(self._models.roll_back(kind, subject, version), "roll back", rolled_back)

    def retrain(self, model: Model) -> None:
        def enqueued(done: Submission) -> None:
            self._say_enqueued(wording.retrained(model), done)

        self.run(
            self._models.retrain(model.kind.name, model.subject),
            f"retrain {clean(model.title)}",
            enqueued,
        )

    def tune(self, model: Model, trials: int, seconds: int) -> None:
        def enqueued(done: Submission) -> None:
            self.searching.emit(done.task_id)
            self._say_enqueued(f"The search for settings of {model.title} is on its queue.", done)

        self.run(
            self._models.tune(model.kind.name, trials, seconds),
            f"tune {clean(model.title)}",
            enqueued,
        )

    def cancel(self, task: TaskRecord) -> None:
        self.run(
            self._models.cancel(task),
            "cancel the search",
            lambda _: self._messages.info(
                "The search is cancelled. What it has tried is kept: tune again to go on."
            ),
        )

    def _say_enqueued(self, said: str, done: Submission) -> None:
        see = MessageAction("Show in Tasks", lambda: self.task_wanted.emit(done.task_id))
        if done.delivered:
            self._messages.info(clean(said), action=see)
        else:
            self._messages.warn("It waits to be delivered.", done.problem or "", action=see)
