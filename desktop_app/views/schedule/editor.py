"""Making an entry, or changing one."""

from PySide6.QtCore import Signal

from desktop_app.services.schedule import edit_of
from desktop_app.ui.form_editor import FormEditor
from desktop_app.views.schedule.entry_form import NEW, EntryForm
from worker_core.operations.schedule import ScheduleEntry
from worker_core.storage import ScheduleEdit


class Editor(FormEditor):
    """An entry's fields, and whether they can be saved."""

    saved = Signal(str, object)
    """A name and a valid ScheduleEdit."""

    def __init__(self, zone: str, exchange: str) -> None:
        form = EntryForm(zone, exchange)
        super().__init__(form, form)
        self.form = form
        self.was: ScheduleEntry | None = None
        """The entry that is changed; None for a new one."""
        self.form.changed.connect(lambda: self.refuse(""))

    def begin_new(self, edit: ScheduleEdit = NEW) -> None:
        """A new entry, of which this is known."""
        self.was = None
        self.form.fill(edit)
        self.begun("New entry")

    def begin(self, entry: ScheduleEntry) -> None:
        """Change an entry."""
        self.was = entry
        self.form.fill(edit_of(entry), entry.name)
        self.begun(f"Change {entry.name}")

    def save_form(self) -> bool:
        if self.form.edit is not None:
            self.saved.emit(self.form.name.text().strip(), self.form.edit)
        return self.form.edit is not None
