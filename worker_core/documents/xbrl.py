"""The cover page's facts in inline XBRL: the ``dei`` (document and entity information) tags."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from worker_core.documents.dates import first_date
from worker_core.documents.model import Cover

_SHARES = re.compile(r"\b(?:common|ordinary|shares?|stock|depositary)\b", re.I)
_NOT_SHARES = re.compile(
    r"\b(?:notes?|bonds?|debentures?|warrants?|units?|preferred|rights?)\b", re.I
)
_SYMBOL = re.compile(r"[A-Z][A-Z0-9]{0,5}(?:[.\-/ ][A-Z0-9]{1,3})?")


def cover_facts(texts: Iterable[LexborNode]) -> Cover:
    """The facts that the ``dei`` tags among these state; all ``None`` without such tags."""
    stated: dict[str, list[tuple[str, str]]] = {}
    for node in texts:
        attributes = node.attributes
        taxonomy, _, name = (attributes.get("name") or "").partition(":")
        if taxonomy != "dei":
            continue
        value = " ".join(node.text().split())
        if value:
            stated.setdefault(name, []).append((attributes.get("contextref") or "", value))
    if not stated:
        return Cover()

    def first(name: str) -> str | None:
        return stated[name][0][1] if name in stated else None

    return Cover(
        form_type=first("DocumentType"),
        company=first("EntityRegistrantName"),
        ticker=_ticker(stated.get("TradingSymbol", []), stated.get("Security12bTitle", [])),
        period=first_date(first("DocumentPeriodEndDate") or ""),
    )


def _ticker(symbols: list[tuple[str, str]], titles: list[tuple[str, str]]) -> str | None:
    """The symbol of the shares: bonds, warrants and preferred series have one each as well."""
    title_of = dict(reversed(titles))
    usable = [(context, symbol) for context, symbol in symbols if _SYMBOL.fullmatch(symbol)]
    for context, symbol in usable:
        title = title_of.get(context, "")
        if _SHARES.search(title) and not _NOT_SHARES.search(title):
            return symbol
    return usable[0][1] if usable else None
