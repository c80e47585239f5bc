"""What the window has in place of broker and database where everything goes through the API."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import Batch
from desktop_app.monitor.served import ServedSession
from desktop_app.served_pages import ServedPages
from desktop_app.services.blocking import Blocking
from desktop_app.services.connection import Connections
from desktop_app.services.served_commands import CommandsInUse, ServedCommands
from desktop_app.services.served_documents import ServedDocuments
from desktop_app.signed_out import SignedOut
from desktop_app.ui.background import Background
from desktop_app.ui.messages import MessageAction
from desktop_app.ui.shell import Shell
from worker_core.operations.errors import OperationError
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.errors import SignInAgain
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place


class OverApi(QObject):
    """Follows one server at a time: its pages stand in for those that would reach further, its
    commands are given in place of the broker's, and the tray is its own.

    :param go: leads to a page
    :param files_chosen: to be emitted with files that were chosen
    """

    tray_changed = Signal(object)
    """A dropped file has come further. Not the broker's signal: the files of either tray are
    numbered from 0."""
    signed_in_again = Signal()
    """What the server refused meanwhile may be asked for anew."""

    def __init__(
        self,
        shell: Shell,
        monitor: Monitor,
        commands: CommandsInUse,
        *,
        connections: Connections,
        background: Background,
        blocking: Blocking,
        go: Callable[..., object],
        files_chosen: SignalInstance,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shell, self._monitor, self._commands = shell, monitor, commands
        self._connections = connections
        self._blocking, self._go = blocking, go
        self._pages = ServedPages(
            background,
            shell.messages,
            go,
            tray_changed=self.tray_changed,
            files_chosen=files_chosen,
            signed_in_again=self.signed_in_again,
        )
        self._signed_out = SignedOut(
            shell,
            connections,
            background,
            who=lambda: self._session.who if self._session else None,
            go_on=self._look_again,
            go=go,
        )
        self._api: Api | None = None
        self._session: ServedSession | None = None
        self.documents: ServedDocuments | None = None
        self.on = False

    def prepare(self) -> None:
        """Let no page reach for a broker or a database from now on."""
        self.on = True
        self._shell.stand_in(self._pages.instead(self.documents))
        self._shell.set_counter("alerts", None)

    def follow(self, place: Place, who: str | None = None) -> None:
        """Look at this server from now on, as ``who``. Whoever only signs in again at the same one
        finds everything as it was."""
        if self._goes_on(place, who):
            return
        self._close()
        try:
            api = Api(Line(place))
        except OperationError as error:
            self.prepare()
            if isinstance(error, SignInAgain):
                self._signed_out.say(error.message)
            else:
                self._say(error.message, error.remedy)
            return
        session = ServedSession(api)
        self._api, self._session = api, session
        self.documents = ServedDocuments(self._blocking, api, session)
        self.documents.changed = self.tray_changed.emit
        self._commands.use(ServedCommands(self._blocking, api, session.look_soon))
        self.prepare()
        self._monitor.follow(session)

    def _look_again(self) -> None:
        if (place := self._connections.place) is not None:
            self.follow(place, self._connections.who)

    def _goes_on(self, place: Place, who: str | None) -> bool:
        api, session, documents = self._api, self._session, self.documents
        if api is None or session is None or documents is None or not session.signed_out:
            return False
        before = api.line.place
        same_server = (before.label, before.authority) == (place.label, place.authority)
        # Before the first answer nothing is open that could be another's.
        known = session.who in {None, who} and who is not None
        if not (same_server and known):
            return False
        api.line.renew(place.token)
        session.look_soon()
        documents.signed_in()
        self._signed_out.over(f"You are signed in again as {who}; everything goes on.")
        self.signed_in_again.emit()
        return True

    def leave(self) -> None:
        """A broker is looked at from now on."""
        if self.on:
            self._close()
            self._commands.use(None)
            self._shell.stand_in({})
            self.on = False

    def take(self, batch: Batch) -> None:
        """Let the tray follow, and say it where the token is not accepted any more."""
        if self.documents is not None:
            self.documents.apply(batch.tasks)
        if self._api is not None and (refused := self._api.line.refused) is not None:
            self._signed_out.say(refused.message)

    def let_go(self) -> None:
        """Nothing is waited for any more: the window closes, and ``close`` follows."""
        if self._api is not None:
            self._api.close()

    close = let_go

    def _close(self) -> None:
        self._monitor.stop()
        if self.documents is not None and (left := self.documents.end()):
            self._shell.messages.warn(
                f"{left} of the dropped files {'was' if left == 1 else 'were'} not handed in.",
                "They were dropped as somebody else, or for another server: drop them again.",
            )
        self.let_go()
        self._api = self._session = self.documents = None
        self._signed_out.over()

    def _say(self, words: str, remedy: str) -> None:
        lead = MessageAction("Connections", lambda: self._go("connections"))
        self._shell.messages.error(words, remedy, action=lead)
