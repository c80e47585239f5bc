"""The documents of one company looked at together: their facts, and which of them is newer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from worker_core.documents.metrics.model import Filing
from worker_core.documents.model import Fact

_PERIODIC = re.compile(r"(?:10-?K|10-?Q|20-?F|40-?F)", re.I)


@dataclass(frozen=True, slots=True)
class Reported:
    """A document under a key, and what it states of itself; ``period`` as ISO writes a day."""

    key: str
    form_type: str | None
    period: date | str | None
    filing_date: date | None

    @property
    def filing(self) -> Filing:
        """What tells whether it is newer than another one.

        A report on a later period is the later one. Of a release or a notice that says nothing:
        its day may be that of an event, after the period whose preliminary figures it has.
        """
        period = self.period
        if isinstance(period, str):
            try:
                period = date.fromisoformat(period)
            except ValueError:
                period = None
        is_periodic = _PERIODIC.match(self.form_type or "") is not None
        return Filing(self.filing_date, period if is_periodic else None)


def joined(
    documents: Iterable[tuple[Reported, Iterable[Fact]]],
) -> tuple[list[Fact], dict[str, Filing]]:
    """The facts of several documents, each with its document's key, and their filings."""
    facts: list[Fact] = []
    filings: dict[str, Filing] = {}
    for reported, stated in documents:
        filings[reported.key] = reported.filing
        facts += (
            replace(fact, document=reported.key)
            for fact in stated
            if fact.value is not None and not fact.dimensions
        )
    return facts, filings
