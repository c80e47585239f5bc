"""Which broker, or server of the API, the window looks at: named, chosen, held to reading."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop_app.pages import Pages
from desktop_app.services.connection import PASSWORD_NOT_KEPT, Connections
from desktop_app.ui.background import Background
from desktop_app.ui.shell import Shell


class ConnectionInUse(QObject):
    """Changes the connection as the pages ask for it, and shows which it is.

    :param watch: looks at what the connections say now
    :param resume: goes on with a connection that was in use before
    """

    def __init__(
        self,
        shell: Shell,
        connections: Connections,
        pages: Pages,
        background: Background,
        *,
        watch: Callable[[], object],
        resume: Callable[[], object],
    ) -> None:
        super().__init__(shell)
        self._shell, self._connections, self._pages = shell, connections, pages
        self._background = background
        self._watch, self._resume = watch, resume
        pages.connect_to.connect(self.connect_to)
        pages.use_connection.connect(self.use)
        pages.read_only_wanted.connect(self.set_read_only)

    def show(self) -> None:
        """On the strip of every page."""
        connections = self._connections
        self._shell.set_environment(
            connections.environment,
            production=connections.production,
            read_only=connections.read_only,
        )

    def changed(self) -> None:
        """What it is called, or what it allows, is another."""
        self.show()
        self._pages.connections_changed.emit()

    def connect_to(self, url: str) -> None:
        """Look at a broker that is not among the connections yet."""
        steps = self._pages.welcome()

        def connected(lasting: bool) -> None:
            self._watch()
            self._pages.go("overview")
            if not lasting:
                self._shell.messages.warn(*PASSWORD_NOT_KEPT)

        def failed(error: Exception) -> None:
            steps.failed(getattr(error, "message", str(error)), getattr(error, "remedy", ""))

        self._background.run(
            self._connections.add(url), "connect", on_success=connected, on_failure=failed
        )

    def use(self, name: str | None) -> None:
        """Look at one of the connections from now on."""

        def used(_: None) -> None:
            self._pages.connections_changed.emit()
            self._shell.messages.info(f"The window looks at {self._connections.environment} now.")
            self._resume()

        self._background.run(self._connections.use(name), "use the connection", on_success=used)

    def set_read_only(self, wanted: bool) -> None:
        self._background.run(
            self._connections.set_read_only(read_only=wanted),
            "change what is allowed",
            on_success=lambda _: self.changed(),
        )
