"""Searching for better settings: how much to spend, and how it goes."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSpinBox, QVBoxLayout, QWidget

from desktop_app.qt_models.words import clean
from desktop_app.services.models import Search
from desktop_app.ui import fonts, formats
from desktop_app.ui.controls import Label, button, muted
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.panes import Panes
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space
from desktop_app.views.models import search_words, wording
from desktop_app.views.models.tables import TrialTable
from desktop_app.views.models.trial_chart import TrialChart
from worker_core.storage import TaskRecord, TrialRecord

LONGEST_MIN = 110
MOST_TRIALS = 2000
_USUAL_TRIALS, _USUAL_MIN = 50, 30
_TONES = {"danger": "danger", "running": "running"}


class TuningPane(QWidget):
    """Above what may be spent and the step, or how far the search is; below its trials."""

    tune = Signal(int, int)
    """Trials, and seconds."""
    cancel = Signal()
    study_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._searches: Sequence[Search] = ()
        self._hindrance = ""
        self._running = False
        self.trials = QSpinBox(minimum=2, maximum=MOST_TRIALS, value=_USUAL_TRIALS)
        self.trials.setAccessibleName("Trials")
        self.minutes = QSpinBox(minimum=1, maximum=LONGEST_MIN, value=_USUAL_MIN)
        self.minutes.setAccessibleName("Minutes")
        self.minutes.setSuffix(" min")
        for box in (self.trials, self.minutes):
            box.setFixedWidth(72)
        self.start = button("Tune", self._start, kind="primary", icon="play")
        self.stop = button("Cancel the search", self.cancel.emit, kind="danger", icon="stop")
        self.studies = Picker()
        self.studies.setAccessibleName("Search")
        self.studies.activated.connect(
            lambda place: self.study_chosen.emit(str(self.studies.itemData(place)))
        )
        self.state = Label(font=fonts.medium())
        self.detail = muted(wrap=True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress of the search")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.chart = TrialChart()
        self.table = TrialTable()
        self.table.set_empty(
            EmptyState(
                "models",
                "Nothing has been tried yet",
                "The default, what is in use and the simple model are tried first; then the search "
                "goes where it was good.",
            )
        )
        self._arrange()
        self.show_searches((), None)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(Space.L, Space.S, Space.L, 0)
        top.setSpacing(Space.S)
        self._budget = QWidget()
        self._budget.setProperty("role", "plain")
        budget = QHBoxLayout(self._budget)
        budget.setContentsMargins(0, 0, 0, 0)
        budget.setSpacing(Space.S)
        for words, box in (("At most", self.trials), ("trials within", self.minutes)):
            budget.addWidget(muted(words))
            budget.addWidget(box)
        budget.addWidget(self.start)
        top.addWidget(self._budget)
        top.addWidget(self.stop)
        top.addStretch(1)
        top.addWidget(self.studies)
        said = QVBoxLayout()
        said.setContentsMargins(Space.L, 0, Space.L, 0)
        said.setSpacing(Space.XXS)
        said.addWidget(self.state)
        said.addWidget(self.detail)
        said.addWidget(self.bar)
        halves = Panes(Qt.Orientation.Horizontal)
        halves.addWidget(self.chart)
        halves.addWidget(self.table)
        halves.share_evenly()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(top)
        layout.addLayout(said)
        layout.addWidget(halves, 1)

    def _start(self) -> None:
        self.tune.emit(self.trials.value(), self.minutes.value() * 60)

    @property
    def study(self) -> str:
        """The name of the search that is looked at, or nothing."""
        return str(self.studies.currentData() or "")

    def hinder(self, why: str) -> None:
        """Nothing can be changed for this reason; with an empty one it can again."""
        self._hindrance = why
        self._enable()

    def _enable(self) -> None:
        for one in (self.start, self.stop, self.trials, self.minutes):
            one.setEnabled(not self._hindrance)
            one.setToolTip(self._hindrance)

    def show_searches(self, searches: Sequence[Search], waiting: TaskRecord | None) -> None:
        """What was and is searched, the newest first; ``waiting`` is a task without a study yet."""
        names = [one.study.name for one in searches]
        if names != [one.study.name for one in self._searches]:
            before = self.study
            fresh = names[:1] if self._searches else []
            self.studies.clear()
            for search in searches:
                self.studies.addItem(_title(search), search.study.name)
            keep = before if before in names and fresh == [before] else (names[0] if names else "")
            self.studies.setCurrentIndex(max(self.studies.findData(keep), 0))
        self._searches = searches
        self.studies.setVisible(len(searches) > 1)
        chosen = self.chosen
        said = search_words.search_state(chosen, waiting)
        self.state.setText(said.sentence)
        self.state.set_ink(_TONES.get(said.tone, "text"))
        self.detail.setText(said.detail)
        self.detail.setVisible(bool(said.detail))
        self._running = waiting is not None or any(one.running for one in searches)
        self._budget.setVisible(not self._running)
        self.stop.setVisible(self._running)
        self.bar.setVisible(self._running)
        if chosen is None or not chosen.wanted or waiting is not None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, chosen.wanted)
            self.bar.setValue(min(chosen.done, chosen.wanted))
        self._enable()

    @property
    def chosen(self) -> Search | None:
        """The search that is looked at."""
        return next((one for one in self._searches if one.study.name == self.study), None)

    def show_trials(self, trials: Sequence[TrialRecord]) -> None:
        chosen = self.chosen
        self.table.trials.show(list(reversed(trials)))
        self.chart.show_trials(
            trials, chosen.wanted if chosen else 0, chosen.simple if chosen else None
        )
        self.chart.setVisible(bool(trials))


def _title(search: Search) -> str:
    best = "" if search.study.best is None else f", best {wording.figure(search.study.best)}"
    return f"{formats.plural(search.done, 'trial')}{best} · {clean(search.study.name[-17:])}"
