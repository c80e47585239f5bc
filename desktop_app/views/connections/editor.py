"""One connection to be edited, and what can be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.profiles import Profile
from desktop_app.ui import fonts
from desktop_app.ui.controls import Hairline, Label, button, heading
from desktop_app.ui.tokens import Space
from desktop_app.views.connections.form import ProfileForm


class Editor(QWidget):
    """The form, what was found with it, and the buttons below; what they do is the page's."""

    def __init__(self) -> None:
        super().__init__()
        self.title = heading("New connection")
        self.form = ProfileForm()
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
        inner.addWidget(self.title)
        inner.addWidget(self.form, 1)
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

    def show_profile(self, profile: Profile | None) -> None:
        """Fill in a profile, or begin a new one."""
        self.title.setText("New connection" if profile is None else profile.name)
        self.form.show_profile(profile or Profile("", ""), has_password=False)
        self.remove.setVisible(profile is not None)

    def show_state(self, *, in_use: bool) -> None:
        """What can be done with the form as it stands; ``in_use``, its profile is."""
        self.say("", "text_muted")
        self.use.setText("Save and reconnect" if in_use else "Use it")
        ready = self.form.usable
        self.try_out.setEnabled(ready)
        for one in (self.save, self.use):
            one.setEnabled(ready and bool(self.form.name.text().strip()))

    def say(self, words: str, ink: str) -> None:
        """What came of the last thing that was done."""
        self.found.setText(words)
        self.found.set_ink(ink)
        self.found.setVisible(bool(words))
