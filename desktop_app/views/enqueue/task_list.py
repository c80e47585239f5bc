"""The list of tasks: painted rows, driven by the keyboard."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.ui import fonts, theme
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.tokens import Size, Space, Type
from desktop_app.views.enqueue.task_model import RowRole, TaskModel
from worker_core.catalog import Queue, TaskSpec

NOT_YET = "Not yet"

_TASK = Size.ROW + Space.L
_QUEUE = Size.ROW + Space.XS
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RowDelegate(QStyledItemDelegate):
    """Two lines a task, title and name; one line a queue."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, _TASK if isinstance(index.data(RowRole), TaskSpec) else _QUEUE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row = index.data(RowRole)
        rect: QRect = option.rect
        if isinstance(row, TaskSpec):
            self._paint_ground(painter, rect, option.state)
            self._paint_task(painter, rect.adjusted(Space.M, Space.XS, -Space.M, -Space.XS), row)
        else:
            self._paint_queue(painter, rect.adjusted(Space.M, Space.S, -Space.M, 0), row)

    @staticmethod
    def _paint_ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        t = theme.tokens()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, t.selected)
            painter.fillRect(rect.left(), rect.top(), Space.XXS + 1, rect.height(), t.accent)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, t.hover)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(t.focus)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    @staticmethod
    def _paint_queue(painter: QPainter, rect: QRect, queue: Queue) -> None:
        t = theme.tokens()
        painter.setFont(fonts.strong(Type.CAPTION))
        painter.setPen(t.text)
        painter.drawText(rect, int(_LEFT), queue.title)
        painter.setFont(fonts.mono(Type.CAPTION))
        painter.setPen(t.text_faint)
        painter.drawText(rect, int(_RIGHT), queue.name)

    @staticmethod
    def _paint_task(painter: QPainter, rect: QRect, spec: TaskSpec) -> None:
        t = theme.tokens()
        upper = QRect(rect.left(), rect.top(), rect.width(), rect.height() // 2)
        lower = upper.translated(0, upper.height())
        if spec.unavailable is not None:
            painter.setFont(fonts.medium(Type.CAPTION))
            painter.setPen(t.text_faint)
            painter.drawText(upper, int(_RIGHT), NOT_YET)
            upper.setRight(
                upper.right() - painter.fontMetrics().horizontalAdvance(NOT_YET) - Space.S
            )
        painter.setFont(fonts.sans() if spec.unavailable else fonts.medium())
        painter.setPen(t.text_faint if spec.unavailable else t.text)
        _draw(painter, upper, spec.title)
        painter.setFont(fonts.mono(Type.CAPTION))
        painter.setPen(t.text_faint if spec.unavailable else t.text_muted)
        _draw(painter, lower, spec.name.partition(".")[2] if spec.queue else spec.name)


def _draw(painter: QPainter, rect: QRect, text: str) -> None:
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(_LEFT), cut)


class TaskList(QListView):
    """Follows the cursor: moving onto a task chooses it."""

    chosen = Signal(str)
    """The cursor came to the task of that name."""
    entered_task = Signal()
    """Return, Space or a double click: the user wants to go on with the chosen task."""

    def __init__(self, model: TaskModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = model
        self.setAccessibleName("Tasks")
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(self.entered_task)

    def chosen_task(self) -> TaskSpec | None:
        row = self.currentIndex().data(RowRole)
        return row if isinstance(row, TaskSpec) else None

    def choose(self, name: str) -> bool:
        """Puts the cursor on a task; False while the search leaves it out."""
        row = self._tasks.row_of(name)
        if row is None:
            return False
        index = self._tasks.index(row)
        self.setCurrentIndex(index)
        # The queue above its first task stays in sight.
        self.scrollTo(self._tasks.index(max(row - 1, 0)))
        self.scrollTo(index)
        return True

    def choose_first(self) -> None:
        """Puts the cursor on the first task that can run, or else on the first."""
        rows = [self._tasks.index(row) for row in range(self._tasks.rowCount())]
        specs = [row.data(RowRole) for row in rows]
        tasks = [spec for spec in specs if isinstance(spec, TaskSpec)]
        ready = [spec for spec in tasks if spec.unavailable is None]
        for spec in (ready or tasks)[:1]:
            self.choose(spec.name)

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().currentChanged(current, previous)
        row = current.data(RowRole) if current.isValid() else None
        if isinstance(row, TaskSpec):
            self.chosen.emit(row.name)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        index = super().moveCursor(action, modifiers)
        if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return self._tasks.index(index.row() + 1)  # a queue is followed by its first task
        return index

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        }
        keys = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
        if plain and event.key() in keys and self.chosen_task() is not None:
            self.entered_task.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are shortcuts of the window; the search field is one of them."""
