"""Files read here and now: no broker, no database, no worker."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from worker_core.documents import DocumentError, ReadFile, Section

Told = dict[str, Any]

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.command("parse")
@FILES
@AS_JSON
def parse_files(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Read FILES and say what is in them: form, company, period, items, reported facts.

    Each document in a ZIP archive is read by itself. A file that cannot be read keeps no other
    from it; the exit code is 1 then.
    """
    ended(each(files, lambda one: say(_parsed(one), as_json, _parsed_line)))


@click.command("summarize")
@FILES
@click.option("--sentences", type=click.IntRange(1, 50), help="How many. Default: the settings'.")
@AS_JSON
def summarize_files(files: tuple[Path, ...], *, sentences: int | None, as_json: bool) -> None:
    """Pick the sentences of FILES that say most, each with its place in the text.

    The choice is by the same marks and of the same length for each file, so that they compare.
    """
    from worker_core import settings

    count = sentences or settings.current().summary_sentences
    ended(each(files, lambda one: say(_summary(one, count), as_json, _summary_lines)))


def each(files: Sequence[Path], told: Callable[["ReadFile"], None]) -> bool:
    """Read files as the tasks do, and hand each on; whether all could be read."""
    from worker_core import documents, settings

    all_read = True
    try:
        for one in documents.parse_each(files, documents.limits_of(settings.current())):
            all_read &= one.error is None
            told(one)
    finally:
        documents.close()
    return all_read


def say(told: Told, as_json: bool, line: Callable[[Told], str]) -> None:
    """Write an answer as it was asked for. What went wrong is no answer for people to read on."""
    if as_json:
        written = json.dumps(told, default=str, ensure_ascii=False)
        # A document may hold halves of characters, which have no form in what is written.
        click.echo(written.encode("utf-8", "replace").decode("utf-8"))
    elif told["error"]:
        click.echo(f"{told.get('file') or told.get('company')}: {told['error']}", err=True)
    else:
        click.echo(line(told))


def ended(all_done: bool) -> None:
    """Leave with code 1 where something could not be done."""
    if not all_done:
        raise click.exceptions.Exit(1)


def not_read(file: str, error: "DocumentError") -> Told:
    """What is told of a file that cannot be read."""
    return {"file": file, "error": str(error), "error_code": error.code}


def _parsed(one: "ReadFile") -> Told:
    told: Told = {
        "file": one.file, "type": None, "form": None, "company": None, "ticker": None,
        "period": None, "filing_date": None, "pages": None, "characters": 0, "sections": {},
        "facts": 0, "truncated": [], "parts": [], "error": None, "error_code": None,
    }  # fmt: skip
    if one.error is not None:
        return told | not_read(one.file, one.error)
    found = one.document
    if found is None:
        return told
    return told | {
        "type": found.mime,
        "form": found.form_type,
        "company": found.company,
        "ticker": found.ticker,
        "period": found.period,
        "filing_date": found.filing_date,
        "pages": found.pages,
        "characters": len(found.text),
        "sections": _sections(found.sections),
        "facts": len(found.facts),
        "truncated": list(found.truncated),
        "parts": [
            {"kind": part.kind, "name": part.name, "left_out": part.left_out}
            for part in found.parts
        ],
    }


def _sections(sections: Sequence["Section"]) -> Told:
    told: Told = {}
    for section in sections:
        # A section of "Items 1 and 2" is all that there is of each.
        for name in section.items:
            same = told.setdefault(name, {"chars": 0, "by_reference": section.by_reference})
            same["chars"] += section.end - section.start
            same["by_reference"] &= section.by_reference
    return told


def _parsed_line(told: Told) -> str:
    said = (told["form"], told["company"], told["ticker"], told["period"])
    what = ", ".join(str(one) for one in said if one) or told["type"]
    lines = [
        f"{told['file']}: {what}; {told['characters']:,} characters, {told['facts']:,} facts",
        *(
            f"    {name:<20} {one['chars']:>9,}"
            + ("  in another document, by reference" if one["by_reference"] else "")
            for name, one in told["sections"].items()
        ),
        *(f"    {limit}" for limit in told["truncated"]),
    ]
    return "\n".join(lines)


def _summary(one: "ReadFile", count: int) -> Told:
    from worker_core import documents

    told: Told = {
        "file": one.file, "form": None, "company": None, "ticker": None, "period": None,
        "version": documents.summary_version(count), "asked": count, "sentences": [],
        "truncated": [], "error": None, "error_code": None,
    }  # fmt: skip
    if one.error is not None:
        return told | not_read(one.file, one.error)
    found = one.document
    if found is None:
        return told
    sentences = documents.summarize(found.text, count, found.sections)
    return told | {
        "form": found.form_type,
        "company": found.company,
        "ticker": found.ticker,
        "period": found.period,
        "sentences": [
            {
                "text": sentence.text,
                "start": sentence.start,
                "end": sentence.end,
                "score": round(sentence.score, 4),
                "section": _section_at(found.sections, sentence.start),
            }
            for sentence in sentences
        ],
        "truncated": list(found.truncated),
    }


def _section_at(sections: Sequence["Section"], place: int) -> str | None:
    return next((one.name for one in sections if one.start <= place < one.end), None)


def _summary_lines(told: Told) -> str:
    return "\n".join(
        [
            f"{told['file']}:",
            *(
                f"    {' '.join(one['text'].split())}  [{one['section'] or one['start']}]"
                for one in told["sentences"]
            ),
        ]
    )
