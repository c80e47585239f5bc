"""Companies that sentences name: by cashtag, by exchange and ticker, or by the document's names.

Simple and precise rather than complete: a name that could be a common word is not looked for.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CASHTAG = re.compile(r"(?<![\w$])\$([A-Z]{1,5}(?:\.[A-Z]{1,2})?)(?![\w$])")
_LISTING = re.compile(
    r"\((?:[^()]{0,24}[ ])?(?i:NYSE(?: (?:American|Arca|MKT))?|Nasdaq(?:GS|GM|CM)?|AMEX"
    r"|OTC[A-Z]{0,4}|LSE|TSXV?|TSE|ASX|HKEX|NSE|BSE|XETRA|SIX) ?: ?([A-Z0-9]{1,6}(?:\.[A-Z]{1,2})?)"
    r"(?:[ ,;][^()]{0,40})?\)"
)
_NAME_BEFORE = re.compile(
    r"(?:(?:[A-Z][\w&.'’-]{0,40}|&),? ){0,5}[A-Z][\w&.'’-]{0,40},?"
    r"(?: (?:plc|oyj|ag|se|nv|ab|asa))? ?$"
)
_STARTERS = re.compile(r"^(?:(?:But|And|At|In|For|While|Although|As|On|Shares|When|Today) )+")
_REACH = 150
"""Characters before a listing in which the name stands."""
_LEGAL = re.compile(
    r"[,. ]+(?:inc|incorporated|corp|corporation|co|company|companies|ltd|limited|llc|lp|plc|sa|ag"
    r"|se|nv|oyj|ab|asa|gmbh|spa|holdings?|group|the|n\.?v|s\.?a|&)\.?$",
    re.IGNORECASE,
)
_SHORTEST_NAME = 4
_MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Company:
    """A company by its name in the document, its ticker, or both."""

    name: str
    ticker: str = ""


class Finder:
    """Finds companies in the sentences of one document.

    Args:
        companies: those the document is known to be about.
        text: the document: tickers that it gives after a name are found once for all sentences.
    """

    def __init__(self, companies: Iterable[Company] = (), text: str = "") -> None:
        self._tickers: dict[str, Company] = {}
        self._names: dict[str, Company] = {}
        for company in (*companies, *listed(text)):
            self._add(company)
        spoken = sorted((name for name in self._names), key=len, reverse=True)
        self._pattern = (
            re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, spoken))})(?!\w)") if spoken else None
        )

    def find(self, sentence: str) -> list[Company]:
        """The companies that a sentence names, each once, in order."""
        found = [
            (match.start(), self._of_ticker(match[1]))
            for pattern in (_CASHTAG, _LISTING)
            for match in pattern.finditer(sentence)
        ]
        if self._pattern is not None:
            found.extend(
                (match.start(), self._names[match[0]]) for match in self._pattern.finditer(sentence)
            )
        return list(dict.fromkeys(company for _, company in sorted(found, key=lambda at: at[0])))

    def _add(self, company: Company) -> None:
        spoken = short_name(company.name)
        if len(self._names) >= _MOST_NAMES:
            return
        same = self._tickers.get(company.ticker) if company.ticker else None
        entry = same or company
        if company.ticker:
            self._tickers.setdefault(company.ticker, entry)
        if len(spoken) >= _SHORTEST_NAME and not spoken.islower():
            self._names.setdefault(spoken, entry)

    def _of_ticker(self, ticker: str) -> Company:
        return self._tickers.get(ticker) or Company(ticker, ticker)


def listed(text: str) -> Sequence[Company]:
    """Companies that a text introduces with their listing: "Harrow Vale Inc. (NYSE: HVI)"."""
    found = []
    for match in _LISTING.finditer(text):
        before = _NAME_BEFORE.search(text, max(match.start() - _REACH, 0), match.start())
        name = short_name(_STARTERS.sub("", before[0])) if before else ""
        found.append(Company(name or match[1], match[1]))
        if len(found) >= _MOST_NAMES:
            break
    return found


def short_name(name: str) -> str:
    """A company's name as people say it: without "Inc." and the like."""
    name = " ".join(name.split())
    while (shorter := _LEGAL.sub("", name)) != name:
        name = shorter
    return name.removeprefix("The ").strip(" ,")
