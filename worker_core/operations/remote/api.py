"""The routes of the API as calls."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any, Final, TypeVar
from urllib.parse import quote

from worker_core.catalog import task as known_task
from worker_core.operations.errors import BadQuery, InvalidArguments
from worker_core.operations.remote import answers
from worker_core.operations.remote.errors import Refused, TooLarge
from worker_core.operations.remote.http import ANSWER_S, MIB, Line
from worker_core.operations.remote.sending import Intents, fingerprint, headers
from worker_core.operations.remote.stream import TaskStream

T = TypeVar("T")

PREFIX: Final = "/api/background-tasks"
UPLOAD_S: Final = 60.0
LOOK_S: Final = 5.0
TEXT: Final = 100_000


class Api:
    """A server of the API, asked as one user. Every call blocks, and raises OperationError, with
    words for the user, where it has no answer."""

    def __init__(self, line: Line, intents: Intents | None = None) -> None:
        self.line = line
        self._intents = intents or Intents()

    def close(self) -> None:
        """End waiting, and give the connections back."""
        self._intents.stop()
        self.line.close()

    # Who, and how all is

    def me(self) -> answers.Me:
        return self.line.ask("GET", "/api/me", answers.Me, timeout_s=LOOK_S)

    def queues(self) -> answers.Queues:
        return self._system("/queues/lengths", answers.Queues)

    def workers(self) -> answers.Workers:
        """For operators."""
        return self._system("/workers/stats", answers.Workers)

    def health(self) -> answers.Health:
        return self._system("/health", answers.Health)

    def _system(self, path: str, kind: type[T]) -> T:
        return self.line.ask("GET", PREFIX + path, kind, timeout_s=ANSWER_S)

    # Tasks

    def submit(self, name: str, arguments: Mapping[str, Any]) -> answers.Submitted:
        """Hand in a task of the catalog, once, whatever happens to the connection.

        Raises:
            UnknownTask: the catalog has none of that name.
            InvalidArguments: they do not fit it.
            PerhapsDone: no answer came; the same sent again is done once.
        """
        queue, _, own = known_task(name).name.partition(".")
        body = dict(arguments)
        return self._intents.send(
            fingerprint(self.line.place.label, name, body),
            lambda key: self.line.ask(
                "POST",
                f"{PREFIX}/{queue}/{own}",
                answers.Submitted,
                json=body,
                headers=headers(key),
            ),
        )

    def tasks(self, limit: int = 100, after: str | None = None) -> answers.Tasks:
        """One's own, from the newest on."""
        wanted: dict[str, str | int] = {"limit": limit} | ({"after": after} if after else {})
        return self.line.ask("GET", f"{PREFIX}/tasks", answers.Tasks, params=wanted)

    def status(self, task_id: str) -> answers.Task:
        """With its result."""
        return self.line.ask("GET", f"{_task(task_id)}/status", answers.Task)

    def told(self, task_id: str) -> answers.Told:
        """What a task was told."""
        return self.line.ask("GET", f"{_task(task_id)}/arguments", answers.Told)

    def cancel(self, task_id: str) -> str:
        """Keep it from running, or end it where it runs; what was done, in words."""
        return self.line.ask("DELETE", _task(task_id), answers.Cancelled).outcome

    def stream(self, task_id: str, last_event_id: str = "") -> TaskStream:
        """Its course from the event after ``last_event_id`` on; not opened yet."""
        return TaskStream(self.line, f"{_task(task_id)}/events", last_event_id)

    # Documents

    def upload(
        self,
        path: Path,
        name: str,
        limits: answers.Limits | None = None,
        progress: Callable[[float], object] = lambda _share: None,
    ) -> answers.SubmittedDocument:
        """Hand in a file, once. ``progress`` is told how much of it has left, from 0 to 1.

        Raises:
            TooLarge: the server takes none as large; nothing was sent.
            OSError: the file cannot be read.
        """
        size = path.stat().st_size
        most = min(limits.document_mb, limits.upload_mb) if limits else None
        if most is not None and size > most * MIB:
            raise TooLarge(
                f"The file has {size / MIB:,.1f} MiB, and the server takes {most:,} at most.",
                "Split it, or ask the operator for more (AFI_MAX_DOCUMENT_MB, AFI_API_UPLOAD_MB).",
            )

        def attempt(key: str) -> answers.SubmittedDocuments:
            with path.open("rb") as file:
                watched = _Watched(file, size, progress)
                return self.line.ask(
                    "POST",
                    f"{PREFIX}/document/upload",
                    answers.SubmittedDocuments,
                    files={"file": (name, watched, "application/octet-stream")},
                    headers=headers(key),
                    timeout_s=UPLOAD_S,
                )

        what = fingerprint(self.line.place.label, "upload", str(path), name, _version(path))
        found = self._intents.send(what, attempt).documents
        if len(found) != 1:
            raise Refused("The server took no file, or more than one.", "Look at the list again.")
        return found[0]

    def documents(
        self,
        limit: int = 100,
        after: str | None = None,
        filters: Iterable[tuple[str, object]] = (),
    ) -> answers.Documents:
        """One's own, from the newest on. ``filters`` are those of a search but for its section."""
        wanted = {"limit": str(limit)} | ({"after": after} if after else {}) | _told(filters)
        return self.line.ask("GET", "/api/documents", answers.Documents, params=wanted)

    def search(
        self,
        words: str,
        filters: Iterable[tuple[str, object]] = (),
        limit: int = 20,
        after: int = 0,
    ) -> answers.Hits:
        """One's own documents that have the words, the best first; ``after`` leaves out as many.

        Raises:
            BadQuery: there is no word to look for, or there are too many.
        """
        wanted = {"q": words, "limit": str(limit), "after": str(after)} | _told(filters)
        try:
            return self.line.ask("GET", "/api/documents/search", answers.Hits, params=wanted)
        except InvalidArguments as error:
            if set(error.fields) == {"query.q"}:
                raise BadQuery(error.message, "") from error
            raise

    def document(self, sha256: str) -> answers.Document:
        """With what was found in it."""
        return self.line.ask("GET", f"/api/documents/{quote(sha256, safe='')}", answers.Document)

    def text(self, sha256: str, start: int = 0, length: int = TEXT) -> answers.Text:
        return self.line.ask(
            "GET",
            f"/api/documents/{quote(sha256, safe='')}/text",
            answers.Text,
            params={"start": start, "length": length},
        )


def _told(filters: Iterable[tuple[str, object]]) -> dict[str, str]:
    """As a query has them."""
    return {name: str(value) for name, value in filters}


def _task(task_id: str) -> str:
    return f"{PREFIX}/task/{quote(task_id, safe=':')}"


def _version(path: Path) -> list[int]:
    """Another one of the same name is another file."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


class _Watched:
    """A file that says how far it was read."""

    def __init__(self, file: IO[bytes], size: int, progress: Callable[[float], object]) -> None:
        self._file, self._size, self._progress = file, size, progress

    def read(self, count: int = -1) -> bytes:
        piece = self._file.read(count)
        self._progress(min(1.0, self._file.tell() / max(1, self._size)))
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()
