"""One connection to be edited, and what can be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.profiles import Kind, Profile
from desktop_app.ui import fonts
from desktop_app.ui.controls import Hairline, Label, button, heading
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space
from desktop_app.views.connections.form import ProfileForm
from desktop_app.views.connections.server_form import ServerForm

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("broker", "To the broker: Redis or Valkey"),
    ("server", "To a server of the HTTP API"),
)


class Editor(QWidget):
    """The form, what was found with it, and the buttons below; what they do is the page's."""

    def __init__(self) -> None:
        super().__init__()
        self.title = heading("New connection")
        self.kind = Picker()
        self.kind.setAccessibleName("What it connects to")
        self.kind.setMinimumContentsLength(28)
        for kind, words in _KINDS:
            self.kind.addItem(words, kind)
        self.kind.activated.connect(self._change_kind)
        self.form = ProfileForm()
        self.server = ServerForm()
        self.server.hide()
        self.found = Label(font=fonts.sans(12))
        self.found.setWordWrap(True)
        self.found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.try_out = button("Try it out", icon="search")
        self.save = button("Save", icon="check")
        self.use = button("Use it", kind="primary", icon="link")
        self.remove = button("Remove", kind="danger", icon="trash")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._content(), 1)
        column.addWidget(Hairline())
        column.addLayout(self._foot())

    def _content(self) -> QWidget:
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        inner.setSpacing(Space.M)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.title, 1)
        head.addWidget(self.kind)
        inner.addLayout(head)
        inner.addWidget(self.form, 1)
        inner.addWidget(self.server, 1)
        scroll = QScrollArea()
        scroll.setAccessibleName("The connection")
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        return scroll

    def _foot(self) -> QVBoxLayout:
        foot = QVBoxLayout()
        foot.setContentsMargins(Space.XL, Space.M, Space.XL, Space.M)
        foot.addWidget(self.found)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        for one in (self.use, self.save, self.try_out):
            buttons.addWidget(one)
        buttons.addStretch(1)
        buttons.addWidget(self.remove)
        foot.addLayout(buttons)
        return foot

    @property
    def fields(self) -> ProfileForm | ServerForm:
        """The form of the kind that is chosen."""
        return self.server if self.kind.currentData() == "server" else self.form

    def _change_kind(self) -> None:
        """What both forms ask for is carried over."""
        before: ProfileForm | ServerForm = self.server if self.fields is self.form else self.form
        if before.isHidden():
            return
        self.fields.name.setText(before.name.text())
        self.fields.production.setChecked(before.production.isChecked())
        self.fields.read_only.setChecked(before.read_only.isChecked())
        self._show_kind()
        self.fields.changed.emit()

    def _show_kind(self) -> None:
        self.form.setVisible(self.fields is self.form)
        self.server.setVisible(self.fields is self.server)

    def show_profile(self, profile: Profile | None) -> None:
        """Fill in a profile, or begin a new one."""
        self.title.setText("New connection" if profile is None else profile.name)
        shown = profile or Profile("", "")
        self.kind.setCurrentIndex(self.kind.findData(shown.kind))
        for form, kind in ((self.form, "broker"), (self.server, "server")):
            form.show_profile(shown if shown.kind == kind else Profile("", ""), has_password=False)
        self._show_kind()
        self.remove.setVisible(profile is not None)

    def show_state(self, *, in_use: bool) -> None:
        """What can be done with the form as it stands; ``in_use``, its profile is."""
        self.say("", "text_muted")
        self.use.setText("Save and reconnect" if in_use else "Use it")
        ready = self.fields.usable
        self.try_out.setEnabled(ready)
        for one in (self.save, self.use):
            one.setEnabled(ready and bool(self.fields.name.text().strip()))

    def say(self, words: str, ink: str) -> None:
        """What came of the last thing that was done."""
        self.found.setText(words)
        self.found.set_ink(ink)
        self.found.setVisible(bool(words))
