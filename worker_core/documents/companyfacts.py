"""The SEC's companyfacts: all values that a company has reported in XBRL, as JSON."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

import msgspec

from worker_core.documents.lines import join_row, tidy
from worker_core.documents.model import Cover, Extract, Fact, Limits
from worker_core.documents.problems import problem
from worker_core.documents.units import unit_name

MIME = "application/json"

_MOST_LABEL = 300


class _Value(msgspec.Struct):
    val: Decimal | None = None
    end: date | None = None
    start: date | None = None
    accn: str = ""
    form: str = ""
    filed: date | None = None


class _Concept(msgspec.Struct):
    units: dict[str, list[_Value]] = {}
    label: str | None = None


class _Company(msgspec.Struct):
    facts: dict[str, dict[str, _Concept]]
    entity_name: str = msgspec.field(default="", name="entityName")


def read_companyfacts(data: bytes, filename: str, limits: Limits) -> Extract:
    """The facts of a company; the text has a line for each concept with its latest value.

    Raises:
        DocumentError: ``truncated``, ``damaged``; ``unsupported`` for JSON of any other kind.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        company = msgspec.json.decode(data, type=_Company)
    except msgspec.ValidationError as error:
        what = "a JSON data file, but none of the SEC's companyfacts"
        advice = "Of JSON files only companyfacts are read. Export this one as CSV and drop that."
        raise problem(
            "unsupported", filename, what=what, advice=advice, detail=str(error)
        ) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        if "truncated" in str(error):
            why = "its JSON ends in the middle"
            raise problem("truncated", filename, why=why, detail=str(error)) from error
        why = "it is no valid JSON"
        raise problem("damaged", filename, why=why, detail=str(error)) from error
    # One more than is kept, so that the loss is seen.
    facts = tuple(islice(_facts(company), limits.max_facts + 1))
    lines = [company.entity_name, *_lines(company)]
    text = tidy("\n".join(line for line in lines if line))
    truncated: tuple[str, ...] = ()
    if len(text) > limits.max_characters:
        text = text[: limits.max_characters]
        truncated = (f"Only the first {limits.max_characters:,} characters were kept.",)
    filed = max((fact.filed for fact in facts if fact.filed), default=None)
    cover = Cover(company=company.entity_name.strip() or None, filing_date=filed)
    return Extract(MIME, text, cover=cover, truncated=truncated, facts=facts)


def _facts(company: _Company) -> Iterator[Fact]:
    for taxonomy, concepts in company.facts.items():
        for name, concept in concepts.items():
            label = concept.label[:_MOST_LABEL] if concept.label else None
            for unit, values in concept.units.items():
                for value in values:
                    yield Fact(
                        concept=f"{taxonomy}:{name}"[:200],
                        value=value.val,
                        unit=unit_name(unit),
                        start=value.start,
                        end=value.end,
                        label=label,
                        source=value.accn[:64],
                        filed=value.filed,
                    )


def _lines(company: _Company) -> Iterator[str]:
    for concepts in company.facts.values():
        for name, concept in concepts.items():
            for unit, values in concept.units.items():
                dated = [value for value in values if value.end and value.val is not None]
                if dated:
                    latest = max(dated, key=lambda value: (value.end, value.filed or value.end))
                    yield join_row(
                        (concept.label or name, f"{latest.val:f} {unit}", str(latest.end))
                    )
