"""The Models page: the registry at the left, one model with its versions at the right."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.services.models import Model, Models
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.ui.panes import Panes
from desktop_app.ui.tokens import Space
from desktop_app.views.models import wording
from desktop_app.views.models.acts import Acts
from desktop_app.views.models.detail import TUNING, DetailPane
from desktop_app.views.models.hands import Deed, Hands
from desktop_app.views.models.listing import ModelList
from desktop_app.views.models.reader import Reader, Seen
from worker_core.storage import TaskRecord

EVERY_MS = 4000
OFTEN_MS = 1000
"""Between two looks, and while a search is watched."""
_LIST = 320
_WIDEST_LIST = 0.34
_BUSY = "The change before is still under way."


class ModelsPage(QWidget):
    """Follows the registry and a running search while it is shown."""

    navigate = Signal(str, object)
    """A page id and what to show there."""

    def __init__(
        self,
        models: Models,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._models = models
        self._background = background
        self._live = self._looking = self._look_again = self._read_only = False
        self._wanted = ""
        self._reader = Reader(models)
        self.acts = Acts(models, background, messages, self)
        self.hands = Hands(self._do, self)
        self.list = ModelList()
        self.detail = DetailPane(self.hands)
        self._timer = QTimer(self, interval=EVERY_MS)
        halves = Panes(Qt.Orientation.Horizontal)
        halves.addWidget(self.list)
        halves.addWidget(self.detail)
        halves.setStretchFactor(1, 1)
        halves.fit_first(_LIST, _WIDEST_LIST)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.addWidget(halves)
        self.setFocusProxy(self.list)
        self.detail.begin(None)
        self._join()

    def _join(self) -> None:
        tuning = self.detail.tuning
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(self.detail.setFocus)
        self.acts.changed.connect(self._look_anew)
        self.acts.busy_changed.connect(lambda _: self._hinder())
        self.acts.task_wanted.connect(lambda task: self.navigate.emit("tasks", {"uuid": task}))
        self.acts.searching.connect(self._watch)
        self.detail.tabs.currentChanged.connect(lambda _: self._look_anew())
        tuning.tune.connect(self._tune)
        tuning.cancel.connect(self._cancel)
        tuning.study_chosen.connect(lambda _: self._look_anew())
        self._timer.timeout.connect(self.look)

    # What the window calls

    def shown(self) -> None:
        """Catch up, and follow from now on."""
        if not self._live:
            self._live = True
            self._timer.start()
            QTimer.singleShot(0, self, self._look_anew)

    def hidden(self) -> None:
        """Nothing is followed, and no timer runs."""
        self._live = False
        self._timer.stop()

    def search(self) -> None:
        self.list.field.setFocus()

    def open(self, detail: Mapping[str, object]) -> None:
        """Show a model: ``{"kind": name, "subject": name}``, or the first of a kind; with ``tab``
        what of it."""
        name = f"{detail.get('kind', '')} {detail.get('subject', '')}".strip()
        self._wanted = "" if self.list.choose(name) else name
        self.detail.show_tab(str(detail.get("tab", "")))

    def set_read_only(self, read_only: bool) -> None:
        """Whether anything may be changed."""
        self._read_only = read_only
        self._hinder()

    def _hinder(self) -> None:
        why = READ_ONLY if self._read_only else _BUSY if self.acts.busy else ""
        self.hands.hinder(why)
        self.detail.tuning.hinder(why)
        if why:
            self.detail.ask.withdraw()

    # Looking

    def _look_anew(self) -> None:
        """Read it all, whatever was read before."""
        self._reader.forget()
        self.look()

    def look(self) -> None:
        """Read what has changed."""
        if not self._live:
            return
        if self._looking:
            self._look_again = True
            return
        self._looking = True
        self._background.run(
            self._reader.see(self._wanted, self.list.current, study=self._study()),
            "read the registry of models",
            on_success=self._take,
            on_failure=self._failed,
            on_end=self._ended,
            owner=self,
        )

    def _ended(self) -> None:
        self._looking = False
        if self._look_again:
            self._look_again = False
            self.look()

    def _study(self) -> str | None:
        """The search that is looked at, if searches are."""
        looks = self.detail.tabs.currentIndex() == TUNING
        return self.detail.tuning.study if looks else None

    def _take(self, seen: Seen) -> None:
        self.list.show_models(seen.models, of_the_workers=self._models.of_the_workers)
        if self._wanted:
            self.list.choose(seen.name)
            self._wanted = ""
        current = self.list.current
        if current is None or current.name != seen.name:
            self._look_anew()
            return
        if self.detail.model is None or self.detail.model.name != current.name:
            self.detail.begin(current)
        self.detail.show_model(current)
        if seen.history is not None:
            self.detail.show_history(seen.history)
        if seen.searches is not None:
            self.detail.tuning.show_searches(seen.searches, seen.waiting)
            if seen.trials is not None:
                self.detail.tuning.show_trials(seen.trials)
        watched = seen.waiting is not None or any(one.running for one in seen.searches or ())
        self._timer.setInterval(OFTEN_MS if watched else EVERY_MS)

    def _failed(self, error: Exception) -> None:
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        self._reader.forget()
        self.list.fail(f"{said} {getattr(error, 'remedy', '')}".strip())

    def _choose(self, model: Model | None) -> None:
        """The cursor is on this one now."""
        if model is None or (self.detail.model and self.detail.model.name == model.name):
            return
        self.detail.begin(model)
        self._reader.asked = ""
        self._look_anew()

    # What is done

    def _do(self, deed: Deed) -> None:
        detail = self.detail
        model, history, other = detail.model, detail.history, detail.other
        if model is None or history is None or self.hands.why_not(deed):
            return
        match deed:
            case "retrain":
                self.acts.retrain(model)
            case "promote" if other is not None:
                question, said = wording.promotion(history, other, model.kind)
                yes = partial(self.acts.promote, other)
                detail.ask.ask(question, said, "Promote", "Leave it as it is", yes)
            case "roll_back":
                question, said = wording.rollback(history, model.kind)
                back = partial(
                    self.acts.roll_back,
                    model.kind.name,
                    model.subject,
                    history.pointer.version,
                    detail.champion,
                )
                detail.ask.ask(question, said, "Roll back", "Leave it as it is", back)

    def _tune(self, trials: int, seconds: int) -> None:
        if self.detail.model is not None:
            self.acts.tune(self.detail.model, trials, seconds)

    def _watch(self, task_id: str) -> None:
        self._reader.asked = task_id

    def _cancel(self) -> None:
        if self._reader.asked:
            self._background.run(
                self._models.task(self._reader.asked),
                "find the search",
                on_success=self._cancel_task,
                owner=self,
            )
            return
        search = self.detail.tuning.chosen
        if search is not None and search.task is not None:
            self.acts.cancel(search.task)

    def _cancel_task(self, task: TaskRecord | None) -> None:
        if task is not None:
            self.acts.cancel(task)
