"""What the tests of documents share: dropping a file, and building a PDF."""

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from worker_core import documents
from worker_core.documents import DocumentError, Limits, ParsedDocument


@pytest.fixture(scope="session", autouse=True)
def _no_reader_is_left_behind() -> Iterator[None]:
    yield
    documents.close()


@pytest.fixture
def drop(tmp_path: Path) -> Callable[..., ParsedDocument]:
    """``drop(name, content, limits)``: parse a file of that name and content in the sandbox."""

    def write_and_parse(
        name: str, content: bytes | str, limits: Limits | None = None
    ) -> ParsedDocument:
        path = tmp_path / "dropped"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return documents.parse(path, name, limits or Limits())

    return write_and_parse


@pytest.fixture
def refusal(drop: Callable[..., ParsedDocument]) -> Callable[..., DocumentError]:
    """``refusal(name, content, limits)``: the error that a file is refused with."""

    def refused(name: str, content: bytes | str, limits: Limits | None = None) -> DocumentError:
        with pytest.raises(DocumentError) as caught:
            drop(name, content, limits)
        return caught.value

    return refused


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """``pdf(*pages)``: a PDF with the given lines on each page; further words go to reportlab."""

    def build(*pages: Sequence[str], **options: object) -> bytes:
        buffer = io.BytesIO()
        canvas = Canvas(buffer, **options)
        for lines in pages:
            for number, line in enumerate(lines):
                canvas.drawString(60, 780 - 14 * number, line)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return build
