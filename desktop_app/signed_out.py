"""What happens when the server does not accept the token any more while the window is open."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop_app.services.connection import PASSWORD_NOT_KEPT, Connections
from desktop_app.ui.background import Background
from desktop_app.ui.shell import Shell
from desktop_app.ui.sign_in_bar import SignInBar

log = logging.getLogger(__name__)

KEPT = "Sign in again: ask for a new token where you had this one. What you were doing is kept."


class SignedOut(QObject):
    """Says so over every page, and signs in again without leaving the one that is shown.

    :param who: whose tasks and documents are open; None where nobody's are
    :param go_on: looks at what the connections say now
    """

    def __init__(
        self,
        shell: Shell,
        connections: Connections,
        background: Background,
        *,
        who: Callable[[], str | None],
        go_on: Callable[[], object],
        go: Callable[..., object],
    ) -> None:
        super().__init__(shell)
        self._shell, self._connections, self._background = shell, connections, background
        self._who, self._go_on = who, go_on
        self._told = False
        self.bar = SignInBar()
        self.bar.wanted.connect(self._sign_in)
        self.bar.elsewhere.connect(lambda: go("connections"))
        shell.add_bar(self.bar)

    def say(self, words: str) -> None:
        """Once for each time that one is signed out."""
        if not self._told:
            self._told = True
            log.info("%s", words)
            self.bar.say(words, KEPT)

    def over(self, words: str = "") -> None:
        """One is signed in, or looks at something else."""
        if self._told:
            self._told = False
            self.bar.clear()
            if words:
                self._shell.messages.info(words)

    def _sign_in(self, token: str) -> None:
        self.bar.set_busy(True)

        def signed_in(lasting: bool) -> None:
            self._go_on()
            if not lasting:
                self._shell.messages.warn(*PASSWORD_NOT_KEPT)

        def failed(error: Exception) -> None:
            said = getattr(error, "message", "") or str(error) or type(error).__name__
            self.bar.say(
                self.bar.words.text(),
                f"{said} {getattr(error, 'remedy', '')}".strip(),
                ink="danger",
            )

        self._background.run(
            self._connections.sign_in(token, self._who()),
            "sign in again",
            on_success=signed_in,
            on_failure=failed,
            on_end=lambda: self.bar.set_busy(False),
            owner=self,
        )
