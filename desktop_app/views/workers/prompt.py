"""The question before a command: who is meant, what will happen, and what must be filled in."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.qt_models.fleet_table import FleetRow
from desktop_app.ui import formats
from desktop_app.ui.ask import Ask
from desktop_app.ui.controls import Label, muted
from desktop_app.ui.tokens import Space
from desktop_app.views.workers import actions
from desktop_app.views.workers.actions import Action, Field

_WIDE, _NARROW = 300, 90

OnGo = Callable[[Action, Sequence[str], Mapping[str, object]], object]


class Prompt(Ask):
    """A question with fields. ``production`` has the number of workers typed."""

    def __init__(self, on_go: OnGo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.production = False
        self._on_go = on_go
        self._action: Action | None = None
        self._able: list[FleetRow] = []
        self._choices: dict[str, Sequence[str]] = {}
        self.edits: dict[str, QLineEdit] = {}
        self._problem = Label("", ink="danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._row = QWidget()
        self._row.setProperty("role", "plain")
        self._fields = QHBoxLayout(self._row)
        self._fields.setContentsMargins(0, Space.XS, 0, 0)
        self._fields.setSpacing(Space.S)
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(layout.count() - 1, self._row)
            layout.insertWidget(layout.count() - 1, self._problem)

    def offer(self, kind: str, words: Sequence[str]) -> None:
        """What is proposed in fields of this kind."""
        self._choices[kind] = words

    def put(self, action: Action, rows: Sequence[FleetRow], preset: Mapping[str, str]) -> None:
        """Ask about ``action`` for those of ``rows`` that are able. ``preset`` fills fields."""
        self._action = action
        self._able = [row for row in rows if not action.unable(row)]
        self._rebuild(action, preset)
        self._problem.hide()
        self._put(rows)

    def _rebuild(self, action: Action, preset: Mapping[str, str]) -> None:
        while (item := self._fields.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.edits = {}
        for field in action.fields:
            edit = self._edit(field, preset.get(field.name, field.start))
            self.edits[field.name] = edit
            self._fields.addWidget(muted(field.title))
            self._fields.addWidget(edit)
        self._fields.addStretch(1)
        self._row.setVisible(bool(action.fields))

    def _edit(self, field: Field, text: str) -> QLineEdit:
        edit = QLineEdit(text)
        edit.setAccessibleName(field.title)
        edit.setPlaceholderText(field.placeholder)
        wide = field.kind in {"queue", "task"}
        edit.setFixedWidth(_WIDE if wide else _NARROW * (2 if field.kind == "rate" else 1))
        edit.returnPressed.connect(self.yes.click)
        if choices := self._choices.get(field.kind):
            completer = QCompleter(list(choices), edit)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            edit.setCompleter(completer)
        return edit

    def _put(self, rows: Sequence[FleetRow]) -> None:
        action = self._action
        if action is None:
            return
        number = formats.plural(len(self._able), "worker")
        who = actions.named(self._able, 1) if len(self._able) == 1 else number
        detail = action.effect
        if len(self._able) > 1:
            detail = f"{actions.named(self._able)}. {detail}"
        apart = [row for row in rows if row not in self._able]
        if apart:
            reasons = sorted({action.unable(row) for row in apart})
            detail += f" Left out: {actions.named(apart)} ({'; '.join(reasons)})."
        self.ask(
            f"{action.ask} {who}?",
            detail,
            f"{action.word.rstrip('…')}: {number}",
            "Leave it",
            self._go,
            typed=str(len(self._able)) if self.production and action.changes else "",
        )
        if self.edits:
            first = next(iter(self.edits.values()))
            first.setFocus()
            first.selectAll()

    def _go(self) -> None:
        action, able = self._action, self._able
        if action is None:
            return
        try:
            given = actions.arguments(
                action, {name: edit.text() for name, edit in self.edits.items()}
            )
        except actions.NotSo as error:
            self._again(str(error))
            return
        reasons = {row.name: actions.left_without(action, row, given) for row in able}
        ready = [row for row in able if not reasons[row.name]]
        if not ready:
            self._again(f"Not possible: {next(iter(reasons.values()))}.")
            return
        self._on_go(action, [row.name for row in ready], given)

    def _again(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.show()
        self._put(self._able)
