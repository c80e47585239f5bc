"""What the first page of a filing or release states, read from its text."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from worker_core.documents.dates import first_date
from worker_core.documents.model import Cover

COVER_CHARACTERS = 12_000
"""A cover page ends well within these."""

_FORM = re.compile(
    r"^\W{0,4}(?:f ?o ?r ?m\s*)"
    r"(?P<form>10\s?-?\s?K(?:405|SB|T)?|10\s?-?\s?Q(?:SB|T)?|8\s?-?\s?K(?:12B)?|20-?F|40-?F"
    r"|6-?K|DEF\s?14A|S-[1348])(?P<amended>\s*/\s*A\b|[^\n]{0,12}\bamend[^\n]{0,20})?\W{0,6}$",
    re.I | re.M,
)
_FORM_IN_TITLE = re.compile(
    r"securities\s+and\s+exchange\s+commission.{0,200}?\bform\s*(10-?K(?:SB)?|10-?Q(?:SB)?|8-?K)\b(/A)?",
    re.I | re.S,
)
_EXHIBIT = re.compile(r"^\W{0,3}(?:exhibit|ex)[ -](99(?:\.\d+)?)\b", re.I | re.M)
_REPORT_TITLE = (
    (re.compile(r"\bannual\s+report\s+(?:pursuant\s+to|under)\s+sections?\s+13", re.I), "10-K"),
    (
        re.compile(r"\bquarterly\s+report\s+(?:pursuant\s+to|under)\s+sections?\s+13", re.I),
        "10-Q",
    ),
)

_CHARTER = re.compile(
    r"\(?\s*exact\s+name\s+of\s+(?:the\s+)?(?:small business )?(?:registrant|issuer)", re.I
)
_NAME_BESIDE = re.compile(r"[^\n:]{0,40}:[ \t]*([A-Z][^\n\t]{1,119})")
_LISTED = re.compile(
    r"\((?:the )?(?i:NYSE(?:\s(?:American|Arca|MKT))?|NASDAQ(?:\s?(?:GS|GM|CM))?|AMEX|TSX|ASX|LSE"
    r"|New York Stock Exchange)\b[^()\n]{0,30}?:\s*(?P<symbol>[A-Z]{1,5}(?:[.-][A-Z]{1,2})?)\b"
)
_NAME_BEFORE = re.compile(
    r"(?:[a-z]?[A-Z0-9][\w.&'’,-]*\s+(?:(?:of|the|and|&)\s+)?){0,6}[a-z]?[A-Z0-9][\w.&'’,-]*\s*\Z"
)
_SYMBOL_HEADER = re.compile(r"\btrading\s*symbol", re.I)
_SYMBOL = re.compile(r"[A-Z]{1,5}(?:\.[A-Z])?")
_SHARES = re.compile(
    r"\b(?:common|ordinary|capital|class [a-c])\b.{0,40}\b(?:stock|shares?)\b", re.I
)
_NO_SYMBOL = {
    "NYSE",
    "NONE",
    "NASDAQ",
    "LLC",
    "INC",
    "US",
    "NA",
    "THE",
    "NEW",
    "YORK",
    "PAR",
    "PER",
}

_PERIOD = re.compile(
    r"(?:for\s+(?:the\s+)?(?:fiscal\s+|quarterly\s+|transition\s+)?(?:year|period|quarter)\s+ended"
    r"|date\s+of\s+(?:earliest\s+event|report)\b[^\d\n]{0,60}?(?:reported)?\s*\)?\s*:?"
    r"|for\s+the\s+(?:three|six|nine|twelve)\s+months\s+ended)",
    re.I,
)
_RELEASE_PERIOD = re.compile(r"\b(?:quarter|year|period|months|weeks)\s+ended\b", re.I)
_AMENDMENT = re.compile(r"\bamendment\s+(?:no|number)\b", re.I)
_AMENDMENT_WITHIN = 200

_SYMBOL_IN_WORDS = re.compile(
    r"under\s+the\s+(?:ticker\s+|trading\s+)?symbols?\s*[\"'\u2018\u201c]+(?P<symbol>[A-Z]{1,5}(?:\.[A-Z])?)\b"
)
_LISTED_ANYWHERE = re.compile(
    r"\b(?:NYSE(?:\s(?:American|Arca|MKT))?|N(?:ASDAQ|asdaq)|AMEX|TSX|ASX|LSE)\s?: ?"
    r"(?P<symbol>[A-Z]{1,5}(?:\.[A-Z])?)\b"
)
_HEADLINE = re.compile(
    r"^(?P<name>[A-Z][\w.&'’,-]*(?:[ ](?:[A-Z&][\w.&'’,-]*|of|the|and)){0,6}?)[ ]"
    r"(?i:reports|reported|announces|announced|posts|delivers|releases|provides|declares|comments)\b",
    re.M,
)
_HEADLINES = 1500
_LEGAL_FORM = (
    r"(?:,?\s(?:[Pp][Ll][Cc]|I(?:nc|NC)|C(?:orp|ORP)(?:oration|ORATION)?|L(?:td|TD)|L(?:imited|IMITED)|"
    r"N\.?V|S\.?A|S\.?E|AG|C(?:ompany|OMPANY))\b\.?){1,2}"
)

_FILED_WITH = re.compile(
    r"\bfiled\s+with\s+the\s+(?:U\.?S\.?\s+)?securities.{0,40}?\bon\b", re.I | re.S
)
_SIGNED = ("ursuant to the requirements of", "URSUANT TO THE REQUIREMENTS OF")
_DATED = re.compile(r"\bdated?\b\s*(?:as of\s*)?:?", re.I)
_SIGNED_WITHIN = 900
_MOST_DAYS_TO_FILE = 550
_FILED_BY_SIGNERS = ("10-", "8-K", "20-F", "40-F", "6-K")

_NOT_A_NAME = re.compile(r"^[\W\d_]*$|commission|washington|^form\b|^\(|file\s+n|section 13", re.I)


def cover_facts(text: str) -> Cover:
    """The facts that ``text`` states in the words that the forms prescribe: at its beginning, the
    date of filing, as a last resort, where it is signed."""
    cover = text[:COVER_CHARACTERS]
    form = _form_type(cover)
    listed = _LISTED.search(cover)
    company = _charter_name(cover)
    release = form is None or form.startswith("EX-99")
    ticker = _ticker(cover, listed)
    if company is None and release:
        company = _listed_name(cover, listed) or _headline_name(text)
    if ticker is None:
        in_words = (_LISTED_ANYWHERE if release and company else _SYMBOL_IN_WORDS).search(text)
        ticker = in_words["symbol"] if in_words else None
    period = _latest_period(cover) if release else _period(cover)
    return Cover(form, company, ticker, period, _filing_date(text, form, period))


def _form_type(cover: str) -> str | None:
    exhibit = _EXHIBIT.search(cover[:600])
    if exhibit:
        return f"EX-{exhibit[1]}"
    stated = _FORM.search(cover)
    if stated:
        form = re.sub(r"\s", "", stated["form"]).upper()
        form = re.sub(r"^(10|8|20|40|6)(?=[KQF])", r"\1-", form)
        following = cover[stated.end() : stated.end() + _AMENDMENT_WITHIN]
        return f"{form}/A" if stated["amended"] or _AMENDMENT.search(following) else form
    for title, form in _REPORT_TITLE:
        if title.search(cover):
            return form
    # A cover page that came out as one line: only there is a mention no reference to another form.
    titled = _FORM_IN_TITLE.search(cover[:1500])
    if titled:
        return re.sub(r"^(10|8)(?=[KQ])", r"\1-", titled[1].upper()) + (titled[2] or "")
    return None


def _charter_name(cover: str) -> str | None:
    """The line above the words "exact name of registrant", which every cover page carries."""
    charter = _CHARTER.search(cover)
    if charter is None:
        return None
    beside = _NAME_BESIDE.match(cover, charter.end())
    if beside:
        return beside[1].strip()
    above = [line.strip(" _-\t") for line in cover[: charter.start()].splitlines()]
    for line in reversed(above[-6:]):
        if line and not _NOT_A_NAME.search(line):
            name = line.split("\t")[0].strip()
            return name if len(name) <= 120 else None
    return None


def _listed_name(cover: str, listed: re.Match[str] | None) -> str | None:
    """The name in "The Buckle, Inc. (NYSE: BKE)"."""
    if listed is None:
        return None
    line = cover[max(0, listed.start() - 120) : listed.start()].rsplit("\n", 1)[-1]
    found = _NAME_BEFORE.search(re.split(r"--|—|–", line)[-1])
    name = found[0].strip(" ,-") if found else ""
    return name if len(name) > 1 else None


def _headline_name(text: str) -> str | None:
    """The name in "Amcor reports fiscal 2023 results", with its legal form if it is stated."""
    found = _HEADLINE.search(text[:_HEADLINES])
    if found is None:
        return None
    name = found["name"].rstrip(" ,")
    full = re.search(re.escape(name) + _LEGAL_FORM, text)
    return " ".join(full[0].split()) if full else name


def _filing_date(text: str, form: str | None, period: date | None) -> date | None:
    """When the filing was filed as it says, or else signed, which is nearly always the same day."""
    stated = _FILED_WITH.search(text[:_HEADLINES])
    if stated:
        return first_date(text[stated.end() :], within=20)
    if form is None or not form.startswith(_FILED_BY_SIGNERS):
        return None
    for place in sorted(_places(text, _SIGNED)):
        block = text[place : place + _SIGNED_WITHIN]
        dates = [first_date(block[found.end() :], within=25) for found in _DATED.finditer(block)]
        # Without the word a date stands alone, or beside the signature.
        dates += [first_date(line, within=0) for line in block.splitlines()[1:]]
        for day in dates:
            if day and (period is None or 0 <= (day - period).days <= _MOST_DAYS_TO_FILE):
                return day
    return None


def _places(text: str, marks: Iterable[str]) -> Iterator[int]:
    for mark in marks:
        place = text.find(mark)
        while place >= 0:
            yield place
            place = text.find(mark, place + 1)


def _ticker(cover: str, listed: re.Match[str] | None) -> str | None:
    header = _SYMBOL_HEADER.search(cover)
    if header:
        rows = cover[header.end() :].splitlines()[:12]
        cells = [_symbols(row) for row in rows if _SHARES.search(row)] or [
            _symbols(row) for row in rows[1:4]
        ]
        for symbols in cells:
            if symbols:
                return symbols[0]
    return listed["symbol"].upper() if listed else None


def _symbols(row: str) -> list[str]:
    """What looks like a symbol in a row of the table of securities, its cells kept or lost."""
    words = row.split("\t") if "\t" in row else row.split()
    return [word for word in words if _SYMBOL.fullmatch(word) and word not in _NO_SYMBOL]


def _period(cover: str) -> date | None:
    found = _PERIOD.search(cover)
    if found is None:
        return None
    after = first_date(cover[found.end() :], within=40)
    if after:
        return after
    # "(Date of earliest event reported)" may stand below its date instead.
    line = cover[: found.start()].rstrip(" (\n").rsplit("\n", 1)[-1]
    return first_date(line) if len(line) < 60 else None


def _latest_period(cover: str) -> date | None:
    """A press release compares with periods before the one that it reports on."""
    dates = (first_date(cover[at.end() :], within=40) for at in _RELEASE_PERIOD.finditer(cover))
    return max((day for day in dates if day), default=None)
