"""The connections: which there are, how each is reached, and which one is looked at."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.connection import PASSWORD_NOT_KEPT
from desktop_app.services.profiles import Profile
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Surface, button, muted
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.ui.title_row import TitleRow
from desktop_app.ui.tokens import Space
from desktop_app.views.connections.built_in import BuiltIn
from desktop_app.views.connections.choices import Choice, ChoiceList
from desktop_app.views.connections.editor import Editor
from desktop_app.views.connections.ports import Known
from desktop_app.views.connections.wording import found_words

_LIST_WIDTH = 300


class ConnectionsPage(QWidget):
    """A list at the left; at the right the chosen connection, to be edited and tried out."""

    use = Signal(object)
    """The name of the profile to look at, None for what the settings name."""
    read_only_wanted = Signal(bool)

    def __init__(
        self,
        connections: Known,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._connections = connections
        self._background = background
        self._messages = messages
        self._was: str | None = None
        # Others once another connection is shown, and once anything else stands in the fields.
        self._shown = self._typed = object()
        self.list = ChoiceList()
        self.list.chosen.connect(self._choose)
        self.built_in = BuiltIn()
        self.built_in.use.clicked.connect(lambda: self.use.emit(None))
        self.built_in.read_only.clicked.connect(self.read_only_wanted)
        self.editor = Editor()
        self.editor.form.changed.connect(self._edited)
        self.editor.server.changed.connect(self._edited)
        for pressed, act in (
            (self.editor.try_out, self._try_out),
            (self.editor.save, self._save),
            (self.editor.use, self._save_and_use),
            (self.editor.remove, self._remove),
        ):
            pressed.clicked.connect(act)
        self.new = button("New connection", self._begin_new, icon="plus")
        self._lay_out()
        self.refresh()
        self._choose_in_use()

    def _lay_out(self) -> None:
        left = Surface()
        rows = QVBoxLayout(left)
        rows.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        rows.addWidget(self.list, 1)
        rows.addWidget(self.new)
        left.setFixedWidth(_LIST_WIDTH)
        right = Surface()
        stacked = QVBoxLayout(right)
        stacked.setContentsMargins(1, 1, 1, 1)
        stacked.addWidget(self.built_in)
        stacked.addWidget(self.editor)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(left)
        body.addWidget(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        words = muted("Passwords and tokens are kept in the keyring of the system.")
        layout.addWidget(TitleRow("Connections", words))
        layout.addLayout(body, 1)

    # What is shown

    def shown(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show the connections as they are now; what is being edited stays."""
        known = self._connections
        in_use = known.in_use
        choices = [
            Choice(
                None,
                known.settings_name,
                known.settings_label,
                in_use=in_use is None,
                read_only=in_use is None and known.read_only,
            )
        ]
        choices += [
            Choice(
                profile.name,
                profile.name,
                profile.address,
                in_use=in_use is not None and profile.name == in_use.name,
                production=profile.production,
                read_only=profile.read_only,
            )
            for profile in known.profiles
        ]
        self.list.set_choices(choices)
        self.built_in.show_choice(choices[0])
        if self._was is not None or not self.built_in.isHidden():
            self.list.choose(self._was)

    def _choose_in_use(self) -> None:
        in_use = self._connections.in_use
        for one in self.list.buttons:
            if one.choice.profile == (None if in_use is None else in_use.name):
                self._choose(one.choice)

    def _choose(self, choice: Choice) -> None:
        self.list.choose(choice.profile)
        self._was = choice.profile
        self._shown = object()
        self.built_in.setVisible(choice.profile is None)
        self.editor.setVisible(choice.profile is not None)
        for profile in self._connections.profiles:
            if profile.name == choice.profile:
                self._show(profile)

    def _show(self, profile: Profile) -> None:
        self.editor.show_profile(profile)
        self._edited()
        self._background.run(
            self._connections.has_password(profile.name),
            "look into the keyring",
            on_success=self._while_shown(lambda has: self.editor.fields.say_kept(has=has)),
            owner=self,
        )

    def _while_shown(self, then: Callable[[Any], object]) -> Callable[[Any], None]:
        """``then``, unless another connection is shown by the time that it is called."""
        shown = self._shown

        def called(answer: Any) -> None:
            if self._shown is shown:
                then(answer)

        return called

    def _begin_new(self) -> None:
        self._was = None
        self._shown = object()
        self.list.choose_none()
        self.built_in.hide()
        self.editor.show()
        self.editor.show_profile(None)
        self._edited()
        self.editor.fields.name.setFocus()

    def _edited(self) -> None:
        self._typed = object()
        in_use = self._connections.in_use
        self.editor.show_state(in_use=in_use is not None and in_use.name == self._was)

    # What is done

    def _try_out(self) -> None:
        form = self.editor.fields
        profile, token = form.profile(), form.token
        self.editor.say("Looking …", "text_muted")
        self.editor.try_out.setEnabled(False)
        typed = self._typed

        def say(words: str, ink: str) -> None:
            if self._typed is typed:
                self.editor.say(words, ink)

        self._background.run(
            self._connections.try_out(profile, self._was, token),
            "try the connection out",
            on_success=lambda found: say(*found_words(found)),
            on_failure=lambda error: say(_told(error), "danger"),
            on_end=lambda: self.editor.try_out.setEnabled(self.editor.fields.usable),
            owner=self,
        )

    def _refused(self) -> Callable[[Exception], None]:
        """Says beside the fields what went wrong, or in a message once others are shown."""
        shown = self._shown

        def refused(error: Exception) -> None:
            if self._shown is shown:
                self.editor.say(_told(error), "danger")
            else:
                self._messages.warn(_told(error))

        return refused

    def _save(self) -> None:
        self._saving(lambda name: self._messages.info(f"The connection “{name}” is saved."))

    def _save_and_use(self) -> None:
        self._saving(self.use.emit)

    def _saving(self, then: Callable[[str], object]) -> None:
        form = self.editor.fields
        profile, was = form.profile(), self._was
        note = self._while_shown(self._is_saved_as)

        def saved(lasting: bool) -> None:
            if was is not None and self._was == was:
                self._was = profile.name
            note(profile.name)
            self.refresh()
            if not lasting:
                self._messages.warn(*PASSWORD_NOT_KEPT)
            then(profile.name)

        self._background.run(
            self._connections.save(profile, was, form.token),
            "save the connection",
            on_success=saved,
            on_failure=self._refused(),
            owner=self,
        )

    def _is_saved_as(self, name: str) -> None:
        self._was = name
        self.editor.title.setText(name)
        self.editor.remove.show()

    def _remove(self) -> None:
        name = self._was
        if name is None:
            return
        kept = next(one for one in self._connections.profiles if one.name == name)

        def removed(_: None) -> None:
            was_shown = self._was == name
            if was_shown:
                self._was = None
            self.refresh()
            if was_shown:
                self._choose_in_use()
            self._messages.info(
                f"The connection “{name}” and its password are removed.",
                action=MessageAction("Undo", lambda: self._put_back(kept)),
            )

        self._background.run(
            self._connections.remove(name),
            "remove the connection",
            on_success=removed,
            on_failure=self._refused(),
            owner=self,
        )

    def _put_back(self, profile: Profile) -> None:
        self._background.run(
            self._connections.save(profile),
            "put the connection back",
            on_success=lambda _: self.refresh(),
            owner=self,
        )


def _told(error: Exception) -> str:
    return f"{getattr(error, 'message', error)} {getattr(error, 'remedy', '')}".strip()
