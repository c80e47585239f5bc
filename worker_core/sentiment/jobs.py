"""Work that people lose: lay-offs by name, and staff that is cut or reduced."""

from collections.abc import Iterator

from worker_core.sentiment import terms
from worker_core.sentiment.findings import BAD, CLAUSE, DOWN, JOBS, TROUBLE, Hit, Rule


def jobs_lost(index: int, flag: int, words: list[str], flags: list[int]) -> Iterator[Hit]:
    """The finding that the word at ``index`` gives, if it does."""
    if words[index] in terms.CUTS or (flag & TROUBLE and words[index] in terms.CUTTING):
        yield Hit(Rule.JOB_CUTS, index, index)
    elif flag & DOWN or words[index] in terms.REDUCED:
        nearby = (*range(index + 1, min(index + 6, len(flags))), index - 1, index - 2)
        jobs = next((p for p in nearby if p >= 0 and flags[p] & JOBS), -1)
        if jobs < 0 and words[index] in terms.REDUCED:
            jobs = _subject(index, flags)
        if jobs >= 0:
            yield Hit(Rule.JOB_CUTS, min(index, jobs), max(index, jobs))


def _subject(index: int, flags: list[int]) -> int:
    """The jobs before a verb that does away with them; -1 where a figure stands between."""
    for place in range(index - 1, max(index - 10, -1), -1):
        if flags[place] & JOBS:
            return place
        if flags[place] & (CLAUSE | BAD):
            break
    return -1
