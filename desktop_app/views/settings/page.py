"""The settings: by subject or by search, checked while one types, saved together."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.preferences import Preference
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Hairline, Label, Surface, button, muted
from desktop_app.ui.filtered_list import FilterField
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.ui.title_row import TitleRow
from desktop_app.ui.tokens import Space
from desktop_app.views.settings import wording
from desktop_app.views.settings.sheet import Sheet
from desktop_app.views.settings.subjects import Subjects

_SEARCH = 280
_MOST_FOUND = 25
_SEARCH_AFTER_MS = 120

Texts = Mapping[str, str | bool | None]


class Store(Protocol):
    """What the page uses of the settings. Errors are in words for the user."""

    @property
    def place(self) -> Path: ...
    async def read(self) -> tuple[Preference, ...]: ...
    def problem(self, name: str, text: str | bool) -> str: ...
    async def save(self, texts: Texts) -> None: ...


class SettingsPage(QWidget):
    """Subjects at the left; at the right their settings, and below what is not saved yet."""

    saved = Signal(object)
    """The names of the settings that were written down."""

    def __init__(
        self,
        store: Store,
        subjects: tuple[str, ...],
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._background = background
        self._messages = messages
        self.preferences: dict[str, Preference] = {}
        self._problems: dict[str, str] = {}
        self._subject = subjects[0]
        self._saving = False
        self.search_field = FilterField("Search the settings", "Search", _SEARCH)
        self._wait = QTimer(self, singleShot=True, interval=_SEARCH_AFTER_MS)
        self._wait.timeout.connect(self._arrange)
        self.search_field.textChanged.connect(lambda _: self._wait.start())
        self.search_field.left.connect(self._go_to_first)
        self.subjects = Subjects(subjects)
        self.subjects.chosen.connect(self._choose)
        self.sheet = Sheet()
        self.sheet.changed.connect(self._edited)
        self.save = button("Save", self._save, kind="primary", icon="check")
        self.save.setToolTip("Write the changes into the settings file (Ctrl+S)")
        self.drop = button("Discard", self._drop)
        self.state = muted()
        QShortcut(
            QKeySequence("Ctrl+S"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        ).activated.connect(self._save)
        self._lay_out()
        self._tell()

    def _lay_out(self) -> None:
        place = Label(
            f"Of this computer, in {self._store.place}; secrets in the keyring.",
            ink="text_muted",
            elide=Qt.TextElideMode.ElideMiddle,
        )
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        bar = QHBoxLayout()
        bar.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        bar.setSpacing(Space.S)
        bar.addWidget(self.save)
        bar.addWidget(self.drop)
        bar.addWidget(self.state)
        bar.addStretch(1)
        right = Surface()
        stacked = QVBoxLayout(right)
        stacked.setContentsMargins(1, 1, 1, 1)
        stacked.setSpacing(0)
        stacked.addWidget(self.sheet, 1)
        stacked.addWidget(Hairline())
        stacked.addLayout(bar)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self.subjects)
        body.addWidget(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(TitleRow("Settings", place, self.search_field))
        layout.addLayout(body, 1)

    # What is shown

    def shown(self) -> None:
        self.refresh()

    def search(self) -> None:
        self.search_field.setFocus()
        self.search_field.selectAll()

    def open(self, detail: Mapping[str, Any]) -> None:
        """Show what a search finds: ``{"search": words}``."""
        self.search_field.setText(str(detail.get("search", "")))
        self._arrange()

    def refresh(self) -> None:
        """Show the settings as they are now; what was typed and not saved yet stays."""
        self._background.run(
            self._store.read(), "read the settings", on_success=self._take, owner=self
        )

    def _take(self, preferences: tuple[Preference, ...]) -> None:
        first = not self.preferences
        self.preferences = {one.name: one for one in preferences}
        for name, row in self.sheet.rows.items():
            row.show_preference(self.preferences[name])
        self.subjects.show_set(
            Counter(one.subject for one in preferences if one.origin != "default")
        )
        if first:
            self._arrange()
        self._tell()

    def _choose(self, subject: str) -> None:
        self._subject = subject
        self.search_field.clear()
        self._arrange()

    def _arrange(self) -> None:
        """Show what is searched for, else the chosen subject."""
        self._wait.stop()
        words = self.search_field.text().casefold().split()
        self.subjects.choose(None if words else self._subject)
        known = self.preferences.values()
        if not words:
            self.sheet.show_these(one for one in known if one.subject == self._subject)
            return
        fits = [one for one in known if one.matches(words)]
        shown = fits[:_MOST_FOUND]
        self.sheet.show_these(shown, wording.found(len(fits), len(shown)))

    def _go_to_first(self) -> None:
        self._arrange()
        for name in self.sheet.shown[:1]:
            self.sheet.rows[name].field.editor.setFocus(Qt.FocusReason.TabFocusReason)

    # What is changed

    def changes(self) -> dict[str, str | bool | None]:
        """What was typed and is not saved yet; None is the way back to a default."""
        return {name: row.wanted for name, row in self.sheet.rows.items() if row.changes}

    def _edited(self, name: str) -> None:
        row = self.sheet.rows[name]
        wanted = row.wanted
        problem = "" if wanted is None else self._store.problem(name, wanted)
        self._problems[name] = problem
        row.field.set_problem(problem)
        self._tell()

    def _tell(self) -> None:
        changes = self.changes()
        wrong = [name for name in changes if self._problems.get(name)]
        self.state.setText(wording.state(len(changes), len(wrong)))
        self.save.setEnabled(bool(changes) and not wrong and not self._saving)
        self.drop.setEnabled(bool(changes) and not self._saving)

    def _drop(self) -> None:
        for row in self.sheet.rows.values():
            if row.changes:
                row.drop()
        self._problems.clear()
        self._tell()

    def _save(self) -> None:
        if not self.save.isEnabled():
            return
        changes = self.changes()
        before = {name: self.preferences[name] for name in changes}

        def saved() -> None:
            for name, text in changes.items():
                # What was typed meanwhile is not saved yet.
                if self.sheet.rows[name].wanted == text:
                    self.sheet.rows[name].take_saved()
            labels = [one.field.label for one in before.values()]
            takers = {one.taken_by for one in before.values() if not one.at_once}
            self._messages.info(wording.saved(labels, takers), action=self._undo(before))

        self._write(changes, saved)

    def _write(self, texts: Texts, then: Any) -> None:
        self._saving = True
        self._tell()

        def written(_: None) -> None:
            then()
            self.saved.emit(frozenset(texts))

        def ended() -> None:
            self._saving = False
            self.refresh()

        self._background.run(
            self._store.save(texts),
            "save the settings",
            on_success=written,
            on_end=ended,
            owner=self,
        )

    def _undo(self, before: Mapping[str, Preference]) -> MessageAction | None:
        """The way back to what was written down; a secret that was replaced is not known here."""
        if any(one.origin == "keyring" for one in before.values()):
            return None
        texts = {n: one.text if one.origin == "file" else None for n, one in before.items()}
        return MessageAction("Undo", lambda: self._write(texts, lambda: None))
