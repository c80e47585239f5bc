"""The routes of documents as calls."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Final, TypeVar
from urllib.parse import quote

from worker_core.operations.errors import BadQuery, InvalidArguments
from worker_core.operations.remote import answers
from worker_core.operations.remote import document_answers as kinds
from worker_core.operations.remote.errors import Refused, TooLarge
from worker_core.operations.remote.http import MIB, Line
from worker_core.operations.remote.sending import Intents, fingerprint, headers

T = TypeVar("T")

UPLOAD: Final = "/api/background-tasks/document/upload"
UPLOAD_S: Final = 60.0
TEXT: Final = 100_000
ROWS: Final = 1000


class Library:
    """One's own documents, and what was found in them."""

    def __init__(self, line: Line, intents: Intents | None = None) -> None:
        self.line = line
        self._intents = intents or Intents()

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
                    UPLOAD,
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
    ) -> kinds.Documents:
        """One's own, from the newest on. ``filters`` are those of a search but for its section."""
        wanted = {"limit": str(limit)} | ({"after": after} if after else {}) | _told(filters)
        return self.line.ask("GET", "/api/documents", kinds.Documents, params=wanted)

    def search(
        self,
        words: str,
        filters: Iterable[tuple[str, object]] = (),
        limit: int = 20,
        after: int = 0,
    ) -> kinds.Hits:
        """One's own documents that have the words, the best first; ``after`` leaves out as many.

        Raises:
            BadQuery: there is no word to look for, or there are too many.
        """
        wanted = {"q": words, "limit": str(limit), "after": str(after)} | _told(filters)
        try:
            found = self.line.ask("GET", "/api/documents/search", kinds.Hits, params=wanted)
        except InvalidArguments as error:
            if set(error.fields) == {"query.q"}:
                raise BadQuery(error.message, "") from error
            raise
        if found.refused is not None:
            raise BadQuery(found.refused, "")
        return found

    def document(self, sha256: str) -> kinds.Document:
        """With what was found in it."""
        return self.line.ask("GET", _path(sha256), kinds.Document)

    def text(self, sha256: str, start: int = 0, length: int = TEXT) -> kinds.Text:
        return self.line.ask(
            "GET",
            f"{_path(sha256)}/text",
            kinds.Text,
            params={"start": start, "length": length},
        )

    def sentences(self, sha256: str, after: int = 0) -> kinds.Sentences:
        """The tone of its sentences in reading order, and one's own labels."""
        return self._rows(sha256, "sentences", kinds.Sentences, after)

    def facts(self, sha256: str, after: int = 0) -> kinds.Facts:
        """The values that it reports."""
        return self._rows(sha256, "facts", kinds.Facts, after)

    def metrics(self, sha256: str) -> kinds.Periods:
        """The metrics that it has a part in, from documents of one's own alone."""
        return self.line.ask("GET", f"{_path(sha256)}/metrics", kinds.Periods)

    def company_metrics(self, ticker: str) -> kinds.Periods:
        """The metrics of a company, from documents of one's own alone."""
        path = f"/api/companies/{quote(ticker, safe='')}/metrics"
        return self.line.ask("GET", path, kinds.Periods)

    def give_label(self, sha256: str, start: int, end: int, label: str) -> kinds.Label:
        """Label a sentence; the same once more changes nothing."""
        told = {"document": sha256, "start": start, "end": end, "label": label}
        return self.line.ask("POST", "/api/labels", kinds.Label, json=told)

    def take_label_back(self, label_id: int) -> kinds.Label | None:
        """One of one's own; the one before it, which stands again."""
        return self.line.ask("DELETE", f"/api/labels/{label_id}", kinds.LabelTaken).before

    def _rows(self, sha256: str, what: str, kind: type[T], after: int) -> T:
        query = {"limit": ROWS, "after": after}
        return self.line.ask("GET", f"{_path(sha256)}/{what}", kind, params=query)


def _path(sha256: str) -> str:
    return f"/api/documents/{quote(sha256, safe='')}"


def _told(filters: Iterable[tuple[str, object]]) -> dict[str, str]:
    """As a query has them."""
    return {name: str(value) for name, value in filters}


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
