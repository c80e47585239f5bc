"""Which documents are of one company, by the ticker and the name that they state."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

UNNAMED = "names no company"

_LEGAL_FORMS = {
    "incorporated": "inc", "corporation": "corp", "company": "co", "limited": "ltd",
    "companies": "cos",
}  # fmt: skip
_STATE = re.compile(r"\s*/[A-Z]{2,3}/?\s*$")
_APOSTROPHE = re.compile(r"['’]")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Named:
    """A document under a key of the caller's, with the company and ticker it is known by."""

    key: int
    company: str | None
    ticker: str | None


@dataclass(frozen=True, slots=True)
class Company:
    """Documents of one company.

    Attributes:
        entity: the ticker, or ``name:`` and the folded name where no document has a ticker.
        company: as the last of the documents that names it writes it.
        keys: of the documents, in the order in which they were given.
    """

    entity: str
    ticker: str | None
    company: str | None
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A document that belongs to no company for sure, and why, in a sentence."""

    key: int
    reason: str


def folded(company: str) -> str:
    """A company's name as it is compared: ``Apple Inc.`` is ``APPLE INCORPORATED /CA/``."""
    plain = unicodedata.normalize("NFKD", _STATE.sub("", company))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    words = _NO_WORD.sub(" ", _APOSTROPHE.sub("", plain).replace("&", " and ")).split()
    return " ".join(_LEGAL_FORMS.get(word, word) for word in words)


def by_company(documents: Iterable[Named]) -> tuple[tuple[Company, ...], tuple[Unassigned, ...]]:
    """Group documents by company; those of which it is not sure are told apart.

    A ticker decides. Without one a document belongs to the ticker that the others of its name
    have; where they have several, it is left out, since either could be meant.
    """
    documents = tuple(documents)
    tickers: defaultdict[str, set[str]] = defaultdict(set)
    for one in documents:
        if one.ticker and one.company:
            tickers[folded(one.company)].add(one.ticker.upper())
    groups: defaultdict[str, list[Named]] = defaultdict(list)
    unassigned: list[Unassigned] = []
    for one in documents:
        if one.ticker:
            groups[one.ticker.upper()].append(one)
            continue
        name = folded(one.company or "")
        known = sorted(tickers.get(name, ()))
        if not name:
            unassigned.append(Unassigned(one.key, f"It {UNNAMED}."))
        elif len(known) > 1:
            unassigned.append(Unassigned(one.key, _ambiguous(one.company or "", known)))
        else:
            groups[known[0] if known else f"name:{name}"].append(one)
    return tuple(_company(entity, ones) for entity, ones in groups.items()), tuple(unassigned)


def _company(entity: str, documents: list[Named]) -> Company:
    names = [one.company for one in documents if one.company]
    ticker = None if entity.startswith("name:") else entity
    keys = tuple(one.key for one in documents)
    return Company(entity, ticker, names[-1] if names else None, keys)


def _ambiguous(company: str, tickers: list[str]) -> str:
    listed = f"{', '.join(tickers[:-1])} and {tickers[-1]}"
    return (
        f"“{company}” is the company of {listed}, and the document names none of them. "
        "Correct its ticker to the one that is meant."
    )
