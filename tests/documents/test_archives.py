"""Zip archives of documents, and those made to harm their readers."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA

import pytest

from tests.documents.builders import damaged, inline, tag, zipped
from worker_core.documents import DocumentError, Limits, ParsedDocument
from worker_core.documents.bundle import MAX_MEMBERS
from worker_core.documents.files import read_files
from worker_core.documents.runners import FreshInterpreters

Drop = Callable[..., ParsedDocument]
Refusal = Callable[..., DocumentError]
Pdf = Callable[..., bytes]

PAGE = "<html><body><p>Net sales rose by five percent.</p></body></html>"


def test_the_documents_in_an_archive_are_read_one_after_the_other(drop: Drop, pdf: Pdf) -> None:
    document = drop(
        "filings.zip",
        zipped(
            {
                "q1/release.htm": PAGE,
                "q1/deck.pdf": pdf(["Gross margin was higher."]),
                "data.csv": "a,b\n1,2\n",
                "facts.htm": inline(tag("5")),
                "__MACOSX/q1/._release.htm": "x",
            }
        ),
    )
    assert document.mime == "application/zip"
    assert document.text.split("\n")[:4] == [
        "release.htm", "Net sales rose by five percent.", "deck.pdf", "Gross margin was higher.",
    ]  # fmt: skip
    assert [(part.kind, part.name) for part in document.parts] == [
        ("HTM", "release.htm"), ("PDF", "deck.pdf"), ("CSV", "data.csv"), ("HTM", "facts.htm"),
    ]  # fmt: skip
    assert [fact.value for fact in document.facts] == [5]
    assert document.truncated == ()


def test_what_cannot_be_read_is_left_out_by_name(drop: Drop) -> None:
    members: dict[str, bytes | str] = {
        "a.htm": PAGE,
        "logo.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        "empty.txt": "",
    }
    document = drop("filings.zip", zipped(members))
    left_out = {part.name: part.left_out for part in document.parts if part.left_out}
    assert "PNG image" in left_out["logo.png"]
    assert left_out["empty.txt"] == "It is empty."
    assert document.truncated[0].startswith("2 of the 3 files in this archive were left out.")


def test_a_member_s_name_is_only_a_name(drop: Drop) -> None:
    document = drop(
        "filings.zip",
        zipped({"../../../etc/passwd.htm": PAGE, "C:\\win\\a.htm": PAGE, "b\u202ehtm.exe": PAGE}),
    )
    assert [part.name for part in document.parts] == ["passwd.htm", "a.htm", "bhtm.exe"]


def test_an_archive_in_an_archive_is_left_out(drop: Drop) -> None:
    inner = zipped({"a.htm": PAGE})
    document = drop("filings.zip", zipped({"a.htm": PAGE, "inner.zip": inner}))
    assert "archive inside an archive" in document.parts[1].left_out


def test_an_archive_of_nothing_readable_says_what_is_wrong(refusal: Refusal) -> None:
    pictures = {f"{n}.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 50 for n in range(3)}
    error = refusal("pictures.zip", zipped(pictures))
    assert error.code == "nothing_readable"
    assert "3 files" in error.message
    assert "PNG image" in error.message


def test_an_empty_archive_says_so(refusal: Refusal) -> None:
    error = refusal("nothing.zip", zipped({}))
    assert error.code == "nothing_readable"
    assert "it is empty" in error.message


def test_an_archive_of_one_bad_document_fails_as_that_document(refusal: Refusal) -> None:
    assert refusal("one.zip", zipped({"a.png": b"\x89PNG\r\n\x1a\n"})).code == "unsupported"


def test_a_member_that_unpacks_to_gigabytes_is_a_bomb(refusal: Refusal) -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bomb.txt", "w", force_zip64=True) as member,
    ):
        for _ in range(300):
            member.write(b" " * 2**20)
    error = refusal("bomb.zip", buffer.getvalue())
    assert error.code == "bomb"
    assert "MB" in error.message


def test_a_member_that_lies_about_its_size_gains_nothing(refusal: Refusal) -> None:
    honest = zipped({"a.txt": b" " * 40_000_000})
    size = (40_000_000).to_bytes(4, "little")
    lying = honest.replace(size, (1000).to_bytes(4, "little"))
    assert lying != honest
    error = refusal("lie.zip", lying)
    assert error.code in {"nothing_readable", "no_text"}


def test_of_very_many_documents_the_first_are_read(drop: Drop) -> None:
    members = {f"{n}.txt": f"Document number {n}." for n in range(MAX_MEMBERS + 5)}
    document = drop("many.zip", zipped(members))
    assert sum(not part.left_out for part in document.parts) == MAX_MEMBERS
    assert document.truncated


def test_a_damaged_member_does_not_take_the_others_with_it(drop: Drop) -> None:
    good = zipped({"a.txt": "Net sales rose by five percent.", "b.txt": "second " * 50})
    at = good.find(b"b.txt") + len("b.txt")
    document = drop("bad.zip", good[:at] + b"\xff\xff\xff\xff" + good[at + 4 :])
    assert "Net sales" in document.text
    assert "damaged" in document.parts[1].left_out


@pytest.mark.parametrize("packing", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_however_it_is_packed_a_damaged_member_is_left_out_alone(
    drop: Drop, tmp_path: Path, packing: int
) -> None:
    words = " ".join(f"Sales rose by {number} percent." for number in range(500))
    members = {"bad.txt": words, "good.txt": "Costs fell."}
    archive = damaged(zipped(members, packing), "bad.txt")
    document = drop("two.zip", archive)
    assert document.text.split("\n") == ["good.txt", "Costs fell."]
    assert "The first of them: bad.txt. It is damaged" in document.truncated[0]
    path = tmp_path / "two.zip"
    path.write_bytes(archive)
    told = list(read_files([path], Limits(), FreshInterpreters()))
    assert [one.error and one.error.code for one in told] == ["damaged", None]


def test_characters_are_shared_between_the_documents(drop: Drop) -> None:
    members = {"a.txt": "word " * 100, "b.txt": "more " * 100, "c.txt": "last " * 100}
    document = drop("long.zip", zipped(members), Limits(max_characters=600))
    assert len(document.text) <= 601
    assert "all the text" in document.parts[2].left_out


def test_values_of_several_companies_in_one_archive_are_nobody_s(drop: Drop) -> None:
    def report(company: str, value: str) -> str:
        name = f'<ix:nonNumeric name="dei:EntityRegistrantName" contextRef="y">{company}'
        return inline(f"{name}</ix:nonNumeric>" + tag(value))

    one = drop(
        "a.zip", zipped({"1.htm": report("Acme Inc", "5"), "2.htm": report("ACME INC.", "6")})
    )
    assert {fact.value for fact in one.facts if fact.value is not None} == {5, 6}
    assert one.truncated == ()
    two = drop(
        "b.zip", zipped({"1.htm": report("Acme Inc", "5"), "2.htm": report("Other Co", "6")})
    )
    assert two.facts == ()
    (said,) = two.truncated
    assert said.startswith("Its documents report values of 2 companies, which were left out.")
