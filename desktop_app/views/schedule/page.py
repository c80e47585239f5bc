"""The Schedule page: what is started by itself, when, and hands to change it."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop_app.services.schedule import Schedule
from desktop_app.ui.background import Background
from desktop_app.ui.cards import VerdictBanner
from desktop_app.ui.controls import button
from desktop_app.ui.drawer import WithDrawer
from desktop_app.ui.messages import Messages
from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.ui.tokens import Space
from desktop_app.views.schedule import wording
from desktop_app.views.schedule.acts import Acts
from desktop_app.views.schedule.editor import Editor
from desktop_app.views.schedule.entry_drawer import EntryDrawer
from desktop_app.views.schedule.entry_form import NEW
from desktop_app.views.schedule.entry_list import EntryList
from desktop_app.views.schedule.hands import Deed, Hands, hindrance
from worker_core.operations.schedule import ScheduleEntry
from worker_core.storage import ScheduleEdit

LOOK_EVERY_MS = 3000
_SECOND_MS = 1000


class SchedulePage(QWidget):
    """The entries, with the details of one at the right; or in their place the editor of one."""

    navigate = Signal(str, object)
    """A page id and what to show there."""

    def __init__(
        self,
        schedule: Schedule,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._schedule = schedule
        self._background = background
        self._live = self._looking = self._look_again = self._read_only = False
        self._wanted = ""
        self._verdict: wording.Verdict | None = None
        self.acts = Acts(schedule, background, messages, self)
        self.verdict = VerdictBanner()
        self.browse = QWidget()
        self.hands = Hands(self._do, self.browse)
        self.of_row = [self.hands.button(deed) for deed in ("run", "edit", "switch")]
        self.new = button("New entry", self.begin_new, kind="primary", icon="plus", tip="N")
        self.new.setShortcut("N")
        self.list = EntryList([*self.of_row, self.new])
        self.drawer = EntryDrawer(self.hands)
        self.editor = Editor(schedule.timezone, schedule.exchange)
        self.stack = QStackedWidget()
        self._second = QTimer(self, interval=_SECOND_MS)
        self._look_timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._arrange()
        self._join()

    def _arrange(self) -> None:
        inside = QVBoxLayout(self.browse)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(Space.M)
        inside.addWidget(self.verdict)
        inside.addWidget(WithDrawer(self.list, self.drawer), 1)
        self.verdict.hide()
        self.stack.addWidget(self.browse)
        self.stack.addWidget(self.editor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.addWidget(self.stack)
        self.browse.setFocusProxy(self.list)
        self._lead_keys()

    def _join(self) -> None:
        self.stack.currentChanged.connect(self._lead_keys)
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(self._open_drawer)
        self.list.menu_wanted.connect(self._open_menu)
        self.list.go.connect(self._go)
        self.drawer.closed.connect(partial(self._show_row_buttons, True))
        self.editor.saved.connect(self._save)
        self.editor.left.connect(self._leave_editor)
        self.acts.changed.connect(self.look)
        self.acts.busy_changed.connect(lambda _: self._hinder())
        self.acts.task_wanted.connect(self._show_task)
        self._second.timeout.connect(self._tick)
        self._look_timer.timeout.connect(self.look)

    def _lead_keys(self) -> None:
        """The keys of the page go to what of it is shown: a stack itself does nothing with them."""
        browsing = self.stack.currentWidget() is self.browse
        self.setFocusProxy(self.list if browsing else self.editor.form)

    # What the window calls

    def shown(self) -> None:
        """Catch up, and follow from now on."""
        if not self._live:
            self._live = True
            self._second.start()
            self._look_timer.start()
            # Once the loop runs.
            QTimer.singleShot(0, self, self.look)

    def hidden(self) -> None:
        """Nothing is followed, and no timer runs."""
        self._live = False
        self._second.stop()
        self._look_timer.stop()

    def search(self) -> None:
        if self.stack.currentWidget() is self.browse:
            self.list.field.setFocus()

    def open(self, detail: Mapping[str, object]) -> None:
        """Begin a new entry of a task: ``{"task": name, "arguments": {…}}``; or show an entry:
        ``{"name": name}``."""
        task, arguments = detail.get("task"), detail.get("arguments")
        if isinstance(task, str):
            given = dict(arguments) if isinstance(arguments, Mapping) else {}
            begin = partial(self.begin_new, ScheduleEdit(task, given, NEW.kind, NEW.expression))
            if self.stack.currentWidget() is self.editor:
                self.editor.leave_for(begin)
            else:
                begin()
        elif isinstance(name := detail.get("name"), str):
            self._wanted = "" if self.list.choose(name) else name

    def set_read_only(self, read_only: bool) -> None:
        """Whether anything may be changed."""
        self._read_only = read_only
        self._hinder()

    def _hinder(self) -> None:
        why = hindrance(read_only=self._read_only, busy=self.acts.busy)
        self.hands.hinder(why)
        self.editor.hinder(why)
        self.new.setEnabled(not self._read_only)
        self.new.setToolTip(READ_ONLY if self._read_only else "N")

    # The entries

    def look(self) -> None:
        """Read the schedule anew."""
        if not self._live:
            return
        if self._looking:
            # What is being read may be from before a change.
            self._look_again = True
            return
        self._looking = True

        def ended() -> None:
            self._looking = False
            if self._look_again:
                self._look_again = False
                self.look()

        self._background.run(
            self._schedule.entries(),
            "read the schedule",
            on_success=self._take,
            on_failure=self._failed,
            on_end=ended,
            owner=self,
        )

    def _take(self, rows: tuple[ScheduleEntry, ...]) -> None:
        self.list.show_entries(rows)
        self.editor.form.know([row.name for row in rows])
        if self._wanted and self.list.choose(self._wanted):
            self._wanted = ""
        elif self.list.current is None and self.list.model.rowCount():
            self.list.table.selectRow(0)
        self._judge()

    def _failed(self, error: Exception) -> None:
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        self.list.fail(f"{said} {getattr(error, 'remedy', '')}".strip())

    def _judge(self) -> None:
        found = wording.verdict(self.list.rows, of_the_workers=self._schedule.of_the_workers)
        if found == self._verdict:
            return
        self._verdict = found
        self.verdict.setVisible(found is not None)
        if found is not None:
            go = partial(self._go, found.page)
            self.verdict.set_verdict(found.tone, found.sentence, found.detail, found.step, go)

    def _tick(self) -> None:
        self.list.tick()
        if not self.drawer.isHidden():
            self.drawer.show_entry(self.drawer.row)

    def _choose(self, row: ScheduleEntry | None) -> None:
        self.hands.show_row(row)
        if not self.drawer.isHidden():
            self.drawer.show_entry(row)

    def _open_drawer(self) -> None:
        if (row := self.list.current) is not None:
            self.drawer.show_entry(row)
            self.drawer.open()
            self._show_row_buttons(False)

    def _show_row_buttons(self, shown: bool) -> None:
        """They stand in the details as well."""
        for one in self.of_row:
            one.setVisible(shown)

    def _open_menu(self, at: QPoint) -> None:
        if self.list.current is not None:
            self.hands.menu(self).popup(at)

    # What is done

    def _do(self, deed: Deed, row: ScheduleEntry) -> None:
        match deed:
            case "run":
                self.acts.run_now(row)
            case "edit":
                self.editor.begin(row)
                self.stack.setCurrentWidget(self.editor)
                self.editor.form.focus_first()
            case "switch":
                self.acts.switch(row)
            case "seen":
                self.acts.forget_missed(row)
            case "task":
                self._show_task(row.last_task_id or "")
            case "reset":
                self.acts.reset(row)
            case "remove":
                self.acts.remove(row)

    def begin_new(self, edit: ScheduleEdit = NEW) -> None:
        """Show the editor for a new entry."""
        self.editor.begin_new(edit)
        self.stack.setCurrentWidget(self.editor)
        self.editor.form.focus_first()

    def _save(self, name: str, edit: ScheduleEdit) -> None:
        leave = self.editor.while_begun(self._leave_editor, lambda: None)

        def done() -> None:
            self._wanted = name
            leave()

        refused = self.editor.while_begun(self.editor.refused, self.acts.refused_late)
        self.acts.save(name, edit, was=self.editor.was, on_done=done, on_refused=refused)

    def _leave_editor(self) -> None:
        self.stack.setCurrentWidget(self.browse)
        self.list.setFocus()

    def _show_task(self, task_id: str) -> None:
        self.navigate.emit("tasks", {"uuid": task_id})

    def _go(self, page: str) -> None:
        self.navigate.emit(page, None)
