"""What the window has in place of broker and database where everything goes through the API."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import Batch
from desktop_app.monitor.served import ServedSession
from desktop_app.served_pages import ServedPages
from desktop_app.services.blocking import Blocking
from desktop_app.services.served_commands import CommandsInUse, ServedCommands
from desktop_app.services.served_documents import ServedDocuments
from desktop_app.ui.background import Background
from desktop_app.ui.messages import MessageAction
from desktop_app.ui.shell import Shell
from worker_core.operations.errors import OperationError
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place

log = logging.getLogger(__name__)


class OverApi(QObject):
    """Follows one server at a time: its pages stand in for those that would reach further, its
    commands are given in place of the broker's, and the tray is its own.

    :param go: leads to a page
    :param files_chosen: to be emitted with files that were chosen
    """

    tray_changed = Signal(object)
    """A dropped file has come further. Not the broker's signal: the files of either tray are
    numbered from 0."""

    def __init__(
        self,
        shell: Shell,
        monitor: Monitor,
        commands: CommandsInUse,
        *,
        background: Background,
        blocking: Blocking,
        go: Callable[..., object],
        files_chosen: SignalInstance,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shell, self._monitor, self._commands = shell, monitor, commands
        self._blocking, self._go = blocking, go
        self._pages = ServedPages(background, shell.messages, go, self.tray_changed, files_chosen)
        self._api: Api | None = None
        self._session: ServedSession | None = None
        self._told = False
        self.documents: ServedDocuments | None = None
        self.on = False

    def prepare(self) -> None:
        """Let no page reach for a broker or a database from now on."""
        self.on = True
        self._shell.stand_in(self._pages.instead(self.documents))
        self._shell.set_counter("alerts", None)

    def follow(self, place: Place) -> None:
        """Look at this server from now on."""
        self._close()
        try:
            api = Api(Line(place))
        except OperationError as error:
            self.prepare()
            self._say(error.message, error.remedy)
            return
        session = ServedSession(api)
        self._api, self._session = api, session
        self.documents = ServedDocuments(self._blocking, api, session)
        self.documents.changed = self.tray_changed.emit
        self._commands.use(ServedCommands(self._blocking, api, session.look_soon))
        self.prepare()
        self._monitor.follow(session)

    def leave(self) -> None:
        """A broker is looked at from now on."""
        if self.on:
            self._close()
            self._commands.use(None)
            self._shell.stand_in({})
            self.on = False

    def take(self, batch: Batch) -> None:
        """Let the tray follow, and say it once where the token is not accepted any more."""
        if self.documents is not None:
            self.documents.apply(batch.tasks)
        if self._session is not None and self._session.signed_out and not self._told:
            self._told = True
            self._say(batch.connection.message, "")

    def let_go(self) -> None:
        """Nothing is waited for any more: the window closes, and ``close`` follows."""
        if self._api is not None:
            self._api.close()

    close = let_go

    def _close(self) -> None:
        self._monitor.stop()
        self.let_go()
        self._api = self._session = self.documents = None
        self._told = False

    def _say(self, words: str, remedy: str) -> None:
        log.info("%s", words)
        lead = MessageAction("Connections", lambda: self._go("connections"))
        self._shell.messages.error(words, remedy, action=lead)
