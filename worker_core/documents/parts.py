"""Documents that hold documents: what is read of them, as one text."""

from collections.abc import Callable

from worker_core.documents.companies import folded
from worker_core.documents.model import Cover, Extract, Fact, Limits, Part
from worker_core.documents.problems import DocumentError

ReadPart = Callable[[bytes, str, Limits], Extract]
"""Reads content under a name within limits.

Raises:
    DocumentError: the part cannot be read.
"""


class Assembly:
    """Puts together the texts and facts of parts, within the limits of one document."""

    def __init__(self, limits: Limits, read_part: ReadPart) -> None:
        self._limits = limits
        self._read_part = read_part
        self._texts: list[str] = []
        self._room = limits.max_characters
        self._facts: list[Fact] = []
        self._reporting: set[str] = set()
        self.cover = Cover()
        self.mime = ""
        self.parts: list[Part] = []
        self.truncated: list[str] = []
        self.errors: list[DocumentError] = []

    @property
    def is_full(self) -> bool:
        """Whether no more text can be taken."""
        return self._room <= 0

    @property
    def is_empty(self) -> bool:
        """Whether no part has been read."""
        return not self._texts

    def add(self, content: bytes, part: Part, heading: str = "") -> bool:
        """Read a part, below a line that says what it is; whether it could be read."""
        limits = self._limits
        try:
            extract = self._read_part(content, part.name or part.kind, limits)
        except DocumentError as error:
            self.errors.append(error)
            self.leave_out(part, error.message)
            return False
        if not extract.text.strip():
            self.leave_out(part, "It holds no text.")
            return False
        text = f"{heading}\n{extract.text}" if heading else extract.text
        self._texts.append(text[: self._room])
        if len(text) > self._room:
            self.note(f"Only the first {limits.max_characters:,} characters were kept.")
        self._room -= len(text) + 1
        room = limits.max_facts + 1 - len(self._facts)
        self._facts.extend(extract.facts[: max(room, 0)])
        if extract.facts and extract.cover.company:
            self._reporting.add(folded(extract.cover.company))
        self.mime = self.mime or extract.mime
        self.cover = self.cover.or_else(extract.cover)
        for line in extract.truncated:
            self.note(f"{heading}: {line}" if heading else line)
        self.parts.append(part)
        return True

    def leave_out(self, part: Part, why: str) -> None:
        """Record a part whose text is not taken."""
        self.parts.append(Part(part.kind, part.name, part.description, why))

    def note(self, what: str) -> None:
        """Record a limit that was hit, once."""
        if what not in self.truncated:
            self.truncated.append(what)

    def leave_out_foreign_facts(self) -> None:
        """Keep no reported values where several companies report: together they are nobody's."""
        if len(self._reporting) > 1:
            self._facts.clear()
            self.note(
                f"Its documents report values of {len(self._reporting)} companies, which were left "
                "out. Drop the documents one by one to have them."
            )

    def extract(self, mime: str) -> Extract:
        """All that was added, as one document."""
        return Extract(
            mime,
            "\n".join(self._texts),
            cover=self.cover,
            truncated=tuple(self.truncated),
            facts=tuple(self._facts),
            parts=tuple(self.parts),
        )
