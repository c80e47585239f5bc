"""Word documents."""

import io
from collections.abc import Callable

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from worker_core.documents import ParsedDocument
from worker_core.documents.model import Limits
from worker_core.documents.problems import DocumentError
from worker_core.documents.word import read_docx


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]  # the library's class is a function's result
    return buffer.getvalue()


def letter() -> bytes:
    document = docx.Document()
    document.add_heading("Results of the year", 1)
    document.add_paragraph("Net sales rose")
    table = document.add_table(rows=1, cols=3)
    for cell, text in zip(table.rows[0].cells, ("Net sales", "$", "391,035"), strict=True):
        cell.text = text
    document.add_paragraph("by\tfive\npercent.")
    return saved(document)


def test_paragraphs_and_tables_come_in_the_order_of_the_page(
    drop: Callable[..., ParsedDocument],
) -> None:
    parsed = drop("letter.docx", letter())
    assert parsed.text.split("\n") == [
        "Results of the year", "Net sales rose", "Net sales\t$391,035", "by five", "percent.",
    ]  # fmt: skip
    assert parsed.mime.endswith("wordprocessingml.document")


def test_struck_out_words_are_left_out() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Net sales rose")
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = " not at all"
    run.append(text)
    deleted.append(run)
    paragraph._p.append(deleted)
    assert paragraph._p.find(qn("w:del")) is not None
    assert read_docx(saved(document), "letter.docx", Limits()).text == "Net sales rose"


def test_a_cut_off_document_is_truncated_and_a_mixed_up_one_damaged(
    drop: Callable[..., ParsedDocument],
) -> None:
    whole = letter()
    with pytest.raises(DocumentError) as caught:
        drop("letter.docx", whole[: len(whole) // 2])
    assert caught.value.code == "truncated"
    with pytest.raises(DocumentError) as caught:
        drop("letter.docx", whole.replace(b"[Content_Types]", b"[Content_Tapes]"))
    assert caught.value.code == "damaged"


def test_text_beyond_the_limit_is_cut_and_the_cut_recorded() -> None:
    extract = read_docx(letter(), "letter.docx", Limits(max_characters=10))
    assert extract.text == "Results of"
    assert extract.truncated == ("Only the first 10 characters were kept.",)
