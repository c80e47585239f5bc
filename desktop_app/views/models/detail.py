"""One model: what is in use beside another version, and all there is to know of both."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop_app.qt_models.words import clean
from desktop_app.services.model_figures import compared
from desktop_app.services.models import Model
from desktop_app.ui import fonts
from desktop_app.ui.ask import Ask
from desktop_app.ui.cards import VerdictBanner
from desktop_app.ui.controls import Hairline, Label, Surface, muted
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tokens import Space
from desktop_app.views.models import wording
from desktop_app.views.models.card import VersionCard
from desktop_app.views.models.change_pane import ChangePane
from desktop_app.views.models.hands import Hands
from desktop_app.views.models.tables import FigureTable, VersionRow, VersionTable
from desktop_app.views.models.tuning import TuningPane
from worker_core.operations.models import ModelHistory
from worker_core.storage import ModelRecord

VERSIONS, FIGURES, CHANGES, TUNING = range(4)


class DetailPane(Surface):
    """``other`` is the version that stands beside the one in use."""

    other_changed = Signal()

    def __init__(self, hands: Hands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hands = hands
        self.model: Model | None = None
        self.history: ModelHistory | None = None
        self._wanted: str | None = None
        self.title = Label(font=fonts.strong(15), elide=Qt.TextElideMode.ElideRight)
        self.subtitle = muted(wrap=True)
        self.verdict = VerdictBanner()
        self.ask = Ask()
        self.in_use, self.beside = VersionCard("In use"), VersionCard("Beside it")
        self.beside.head.addWidget(hands.buttons["promote"])
        self.tabs = QTabBar()
        self.versions, self.figures = VersionTable(), FigureTable()
        self.changes, self.tuning = ChangePane(), TuningPane()
        self.stack = QStackedWidget()
        self._arrange()
        self.versions.chosen.connect(self._choose)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        words = QVBoxLayout()
        words.setSpacing(Space.XXS)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        head.addLayout(words, 1)
        for deed in ("roll_back", "retrain"):
            head.addWidget(
                self._hands.buttons[deed],
                alignment=Qt.AlignmentFlag.AlignTop,
            )
        cards = QHBoxLayout()
        cards.setSpacing(Space.M)
        cards.addWidget(self.in_use, 1)
        cards.addWidget(self.beside, 1)
        upper = QVBoxLayout()
        upper.setContentsMargins(Space.L, Space.M, Space.L, Space.S)
        upper.setSpacing(Space.S)
        upper.addLayout(head)
        upper.addWidget(self.verdict)
        upper.addWidget(self.ask)
        upper.addLayout(cards)
        self.tabs.setAccessibleName("What is shown of the model")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for title, pane in (
            ("Versions", self.versions),
            ("Figures", self.figures),
            ("Changes", self.changes),
            ("Tuning", self.tuning),
        ):
            self.tabs.addTab(title)
            self.stack.addWidget(pane)
        row = QHBoxLayout()
        row.setContentsMargins(Space.L, 0, Space.L, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(upper)
        layout.addLayout(row)
        layout.addWidget(Hairline())
        layout.addWidget(self.stack, 1)
        self.setFocusProxy(self.versions)
        self.figures.set_empty(
            EmptyState("models", "No figures", "Neither version was judged by any.")
        )
        self.changes.table.set_empty(
            EmptyState("models", "Nothing has been done yet", "Promotions, refusals and rollbacks.")
        )

    # What is shown

    def begin(self, model: Model | None) -> None:
        """Another model is meant; its versions are to follow."""
        self.ask.withdraw()
        self.model, self.history, self._wanted = model, None, None
        if model is None:
            self._hands.show(None, None, None)
            return
        self.show_model(model)
        self.tabs.setTabVisible(TUNING, bool(model.kind.tuned_as))
        self._hands.show(model, None, None)

    def show_model(self, model: Model) -> None:
        """The same model, of which more may be registered by now."""
        self.model = model
        self.title.setText(clean(model.title))
        self.subtitle.setText(wording.head(model))

    def show_tab(self, title: str) -> None:
        """Show what is called so, if anything is."""
        for place in range(self.tabs.count()):
            if title and self.tabs.tabText(place).startswith(title):
                self.tabs.setCurrentIndex(place)

    def show_history(self, history: ModelHistory) -> None:
        if self.model is None:
            return
        if self.history is not None and history.pointer != self.history.pointer:
            # What is asked was asked about another state of things.
            self.ask.withdraw()
        self.history = history
        rows = [VersionRow(one, one.version in history.gone) for one in history.versions]
        if self._wanted not in {one.version for one in history.versions}:
            self._wanted = None
        other = self.other
        self.tabs.setTabText(VERSIONS, f"Versions ({len(rows):,})" if rows else "Versions")
        self.versions.set_empty(
            EmptyState("models", "No version is registered", _next_step(self.model))
        )
        self.versions.show_versions(self.model.kind.name, rows, other.version if other else None)
        self.changes.show_changes(history.changes)
        self._show_pair()

    def _choose(self, version: str) -> None:
        if version != self._wanted:
            self._wanted = version
            self.ask.withdraw()
            self._show_pair()

    @property
    def champion(self) -> ModelRecord | None:
        return self._record(self.history.pointer.version) if self.history else None

    @property
    def other(self) -> ModelRecord | None:
        """The chosen version; without one the newest that is not in use, or the one in use."""
        if self.history is None:
            return None
        if self._wanted is not None:
            return self._record(self._wanted)
        versions: Sequence[ModelRecord] = self.history.versions
        beside = [one for one in versions if one.version != self.history.pointer.version]
        return next(iter([*beside, *versions]), None)

    def _record(self, version: str | None) -> ModelRecord | None:
        versions = self.history.versions if self.history else ()
        return next((one for one in versions if one.version == version), None)

    def _show_pair(self) -> None:
        if self.model is None or self.history is None:
            return
        kind, champion, other = self.model.kind, self.champion, self.other
        gone = self.history.gone
        if champion is None:
            self.in_use.show_nothing(f"{kind.built_in}.", built_in=kind.built_in != "Nothing")
        else:
            self.in_use.show_version(champion, gone=champion.version in gone)
        if other is None or other is champion:
            self.beside.show_nothing(
                _next_step(self.model) if other is None else "No other version is registered."
            )
        else:
            self.beside.show_version(other, gone=other.version in gone)
        said = wording.verdict(other, kind, gone=other is not None and other.version in gone)
        self.verdict.set_verdict(said.tone, said.sentence, said.detail)
        self.figures.pairs.show(compared(champion, None if other is champion else other))
        self._hands.show(self.model, self.history, other)
        self.other_changed.emit()


def _next_step(model: Model) -> str:
    if wording.can_retrain(model):
        return "Retrain trains a challenger, which is promoted only if it is better."
    if model.kind.by_subject:
        return "Forecast a price: its parameters are fitted at the first forecast."
    return "It is made along with others."
