"""Making an entry, or changing one."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.schedule import edit_of
from desktop_app.ui import fonts
from desktop_app.ui.ask import Ask
from desktop_app.ui.controls import Hairline, Label, Surface, button, heading
from desktop_app.ui.tokens import Space
from desktop_app.views.schedule.entry_form import NEW, EntryForm
from worker_core.operations.schedule import ScheduleEntry
from worker_core.storage import ScheduleEdit


class Editor(Surface):
    """The fields, and below them how things stand and the two ways on."""

    saved = Signal(str, object)
    """A name and a valid ScheduleEdit."""
    left = Signal()

    def __init__(self, zone: str, exchange: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._begun: tuple[object, ...] = ()
        self._hindrance = self._refusal = ""
        self.was: ScheduleEntry | None = None
        """The entry that is changed; None for a new one."""
        self.title = heading("")
        self.form = EntryForm(zone, exchange)
        self.form.changed.connect(lambda: self.refuse(""))
        self.words = Label(font=fonts.sans(12), ink="text_muted")
        self.words.setWordWrap(True)
        self.save = button("Save", self._save, kind="primary", icon="check", tip="Ctrl+Enter")
        self.leave = button("Cancel", self._leave, tip="Esc")
        self.ask = Ask()
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(
                QKeySequence(key),
                self,
                self._save,
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        foot.setSpacing(Space.S)
        foot.addWidget(self.words, 1)
        foot.addWidget(self.leave)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        self.title.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.addWidget(self.title)
        layout.addWidget(Hairline())
        layout.addWidget(self.form, 1)
        layout.addWidget(Hairline())
        layout.addWidget(self.ask)
        layout.addLayout(foot)

    def begin_new(self, edit: ScheduleEdit = NEW) -> None:
        """A new entry, of which this is known."""
        self._begin(edit, None)
        self.title.setText("New entry")

    def begin(self, entry: ScheduleEntry) -> None:
        """Change an entry."""
        self._begin(edit_of(entry), entry)
        self.title.setText(f"Change {entry.name}")

    def hinder(self, why: str) -> None:
        """Nothing can be saved for this reason; with an empty one it can again."""
        self._hindrance = why
        self._say()

    def refuse(self, why: str) -> None:
        """Say why what was saved was not taken; nothing of it is lost."""
        self._refusal = why
        self._say()

    def refused(self, error: Exception) -> None:
        self.refuse(f"{getattr(error, 'message', error)} {getattr(error, 'remedy', '')}".strip())

    def _begin(self, edit: ScheduleEdit, entry: ScheduleEntry | None) -> None:
        self.was = entry
        self.ask.withdraw()
        self.form.fill(edit, None if entry is None else entry.name)
        self._begun = self.form.state()
        self.form.focus_first()

    def _say(self) -> None:
        self.words.setText(self._refusal or self._hindrance or self.form.next_step())
        self.words.set_ink("danger" if self._refusal else "text_muted")
        self.save.setEnabled(not self._hindrance)

    def _save(self) -> None:
        if self._hindrance:
            return
        self.form.touch_all()
        if self.form.edit is None:
            self.form.focus_wrong()
        else:
            self.saved.emit(self.form.name.text().strip(), self.form.edit)

    def leave_for(self, then: Callable[[], object]) -> None:
        """Go on with something else, once the user agrees to lose what was typed, if anything."""
        if self.form.state() == self._begun:
            then()
            return
        self.ask.ask(
            "Leave without saving?",
            "What you have typed here is lost then.",
            "Leave it",
            "Go on editing",
            then,
        )

    def _leave(self) -> None:
        self.leave_for(self.left.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)
