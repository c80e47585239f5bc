"""What is looked for: words, a queue, a worker, and one task's name as a chip."""

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop_app.qt_models.task_filter import TaskFilter
from desktop_app.qt_models.words import clean
from desktop_app.ui import icons, theme
from desktop_app.ui.controls import button
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space

# Long enough that a word is typed as one search, too short to be noticed.
_TYPING_MS = 150
_CHIP_LIMIT = 40


class SearchField(QLineEdit):
    """Escape empties it, and in an empty one goes on to the page."""

    left = Signal()
    """Return or the down arrow: on to what was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Search tasks")
        self.setPlaceholderText("Search name, id, arguments, worker, error   /")
        self.setMaxLength(1_000)
        self.setClearButtonEnabled(True)
        self._lens = QAction("Search", self)
        self.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        theme.follow(self, lambda: self._lens.setIcon(icons.icon("search")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class QueryBar(QWidget):
    """Announces a filter without states; those are chosen elsewhere."""

    changed = Signal()
    cleared = Signal()
    """All filters are to be dropped, the chosen states as well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name: str | None = None
        self.search = SearchField()
        self.queue = _picker("Queue", "All queues")
        self.worker = _picker("Worker", "All workers")
        self.chip = button("Any name", self._drop_name, icon="close", tip="Show tasks of any name")
        self.chip.hide()
        self.clear = button("Clear filters", self.cleared.emit, kind="quiet")
        self.clear.hide()
        self._typed = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typed.timeout.connect(self.changed)
        self.search.textChanged.connect(self._typed.start)
        self.search.left.connect(self._announce_now)
        self.queue.activated.connect(self.changed)
        self.worker.activated.connect(self.changed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self.search, 1)
        for control in (self.chip, self.queue, self.worker, self.clear):
            layout.addWidget(control)

    def filter(self, states: frozenset[str]) -> TaskFilter:
        return TaskFilter(
            states=states,
            text=self.search.text(),
            queue=self.queue.currentData(),
            worker=self.worker.currentData(),
            name=self._name,
        )

    def show_filter(self, wanted: TaskFilter) -> None:
        """Takes on a filter that was set elsewhere, without announcing it."""
        self._typed.stop()
        if self.search.text() != wanted.text:  # else the cursor would jump to the end
            with QSignalBlocker(self.search):
                self.search.setText(wanted.text)
        _choose(self.queue, wanted.queue)
        _choose(self.worker, wanted.worker)
        self._name = wanted.name
        self.chip.setVisible(wanted.name is not None)
        # An ampersand in a button's text would make a shortcut.
        self.chip.setText(clean(wanted.name or "")[-_CHIP_LIMIT:].replace("&", "&&"))
        self.chip.setAccessibleName(f"Only {clean(wanted.name or '')}; press for any name")

    def offer(self, *, queues: Iterable[str] | None, workers: Iterable[str] | None) -> None:
        """What there is to choose from; None leaves it as it is."""
        if queues is not None:
            _offer(self.queue, queues)
        if workers is not None:
            _offer(self.worker, workers)

    def set_filtered(self, filtered: bool) -> None:
        self.clear.setVisible(filtered)

    def _announce_now(self) -> None:
        self._typed.stop()
        self.changed.emit()

    def _drop_name(self) -> None:
        self._name = None
        self.chip.hide()
        self.changed.emit()


def _picker(name: str, everything: str) -> Picker:
    picker = Picker()
    picker.setAccessibleName(name)
    picker.addItem(everything, None)
    return picker


def _offer(picker: Picker, values: Iterable[str]) -> None:
    """The first entry, for all, stays; so does what is chosen, also when it is gone."""
    chosen = picker.currentData()
    wanted = sorted({*values, *([] if chosen is None else [chosen])})
    if [picker.itemData(place) for place in range(1, picker.count())] == wanted:
        return
    everything = picker.itemText(0)
    with QSignalBlocker(picker):
        picker.clear()
        picker.addItem(everything, None)
        for value in wanted:
            picker.addItem(clean(value), value)
    _choose(picker, chosen)


def _choose(picker: Picker, value: str | None) -> None:
    place = picker.findData(value) if value is not None else 0
    if place < 0:
        picker.addItem(clean(value or ""), value)
        place = picker.count() - 1
    picker.setCurrentIndex(place)
