"""One window for each data folder: a second start raises the first's, and hands over its files."""

import getpass
import hashlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MS: Final = 5000
_LARGEST: Final = 1 << 20
_RAISED: Final = b"raised\n"


log = logging.getLogger(__name__)


class SingleInstance(QObject):
    """The first of its kind, or the way to the first. A lock that the system gives back when the
    process ends, however it ends, says which; a socket that was left behind says nothing."""

    asked = Signal(list)
    """Another start brought these files, as a list of `Path`; the window is to be raised."""

    def __init__(self, key: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server: QLocalServer | None = None
        self._lock: int | None = None
        try:
            folder = _folder()
            self._lock = _taken(folder / f"{key}.lock")
        except OSError as error:
            # Where nothing can be told apart, a second window is better than none.
            log.warning("A second start of this window will not be noticed: %s", error)
            self.is_first = True
            return
        self.is_first = self._lock is not None
        self._name = str(folder / f"{key}.sock") if sys.platform != "win32" else f"afi-desk-{key}"
        if self.is_first:
            self._listen()

    def hand_over(self, files: Sequence[Path]) -> bool:
        """Give ``files`` to the first one; whether it has taken them."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(ANSWER_MS):
            return False
        told = json.dumps({"files": [str(file.absolute()) for file in files]}).encode() + b"\n"
        socket.write(told)
        heard = b""
        while not heard.endswith(b"\n") and socket.waitForReadyRead(ANSWER_MS):
            heard += bytes(socket.readAll().data())
        socket.disconnectFromServer()
        return heard == _RAISED

    def close(self) -> None:
        """Be the first no longer."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _listen(self) -> None:
        server = self._server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(self._name)
        server.newConnection.connect(self._accept)
        # Without a socket this window works; it only cannot be told of a second start.
        server.listen(self._name)

    def _accept(self) -> None:
        server = self._server
        while server is not None and (socket := server.nextPendingConnection()) is not None:
            _Visit(socket, self)


class _Visit(QObject):
    """One other start, from its first byte to its last."""

    def __init__(self, socket: QLocalSocket, instance: SingleInstance) -> None:
        super().__init__(instance)
        self._socket, self._instance, self._heard = socket, instance, b""
        socket.setParent(self)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.deleteLater)
        self._read()

    def _read(self) -> None:
        self._heard += bytes(self._socket.readAll().data())
        if len(self._heard) > _LARGEST:
            self._socket.abort()
        elif self._heard.endswith(b"\n"):
            files = _files(self._heard)
            self._heard = b""
            if files is not None:
                self._socket.write(_RAISED)
                self._socket.flush()
                self._instance.asked.emit(files)


def key_of_place() -> str:
    """A name for the data folder that this process will use, found without reading the settings
    whole: that takes longer than painting the window."""
    import platformdirs

    settings_file = Path(platformdirs.user_config_dir("afi-desk", appauthor=False), "settings.json")
    place = os.environ.get("AFI_DATA_DIR") or _data_dir_in(settings_file)
    place = place or platformdirs.user_data_dir("afi-desk", appauthor=False)
    return hashlib.sha256(str(Path(place).expanduser().absolute()).encode()).hexdigest()[:16]


def _data_dir_in(settings_file: Path) -> str | None:
    try:
        values = json.loads(settings_file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    value = values.get("data_dir") if isinstance(values, dict) else None
    return value if isinstance(value, str) else None


def _files(heard: bytes) -> list[Path] | None:
    try:
        told = json.loads(heard)
    except ValueError:
        return None
    files = told.get("files") if isinstance(told, dict) else None
    if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
        return None
    return [Path(file) for file in files]


def _folder() -> Path:
    """A short path that no other user can write to: the name of a socket may have 107 bytes."""
    given = os.environ.get("XDG_RUNTIME_DIR")
    if given and Path(given).is_dir() and os.access(given, os.W_OK):
        folder = Path(given) / "afi-desk"
    else:
        who = str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
        folder = Path(tempfile.gettempdir()) / f"afi-desk-{who}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder


def _taken(path: Path) -> int | None:
    """An open lock file that is ours now; None where another process has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
