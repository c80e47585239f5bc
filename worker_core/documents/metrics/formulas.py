"""How a metric is written down, and how it is worked out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from worker_core.documents.metrics.book import FactBook, MissingInputError
from worker_core.documents.metrics.model import Input, Metric, Period, Unit

_SHOWN = Context(prec=12)
"""Reported values have at most a dozen digits; more in a ratio of them would be made up."""


class UndefinedError(ArithmeticError):
    """The inputs are there, and the metric says nothing about them; the text says why."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A metric as its inputs and what is done with them.

    Attributes:
        needs: lines of the period: ``revenue``; ``assets@opening`` is the balance it began with,
            ``revenue@before`` belongs to the same period a year earlier, and
            ``assets@before_opening`` to the balance that one began with.
        compute: takes the values in the order of ``needs``.
        annual: it is made for years, and says nothing about less.
        note: the variant.
    """

    name: str
    group: str
    unit: Unit
    words: str
    needs: tuple[str, ...]
    compute: Callable[..., Decimal]
    version: str = "1"
    annual: bool = False
    note: str = ""


def over(numerator: Decimal, denominator: Decimal, what: str = "the divisor") -> Decimal:
    """A ratio.

    Raises:
        UndefinedError: the divisor is zero.
    """
    if not denominator:
        raise UndefinedError(f"Cannot be divided: {what} is zero.")
    return numerator / denominator


def over_positive(numerator: Decimal, denominator: Decimal, what: str) -> Decimal:
    """A ratio to something that a sound company has more than nothing of.

    Raises:
        UndefinedError: the divisor is zero or negative, where the sign of the ratio would mislead.
    """
    if denominator < 0:
        raise UndefinedError(f"Says nothing here: {what} is negative.")
    return over(numerator, denominator, what)


def work_out(formula: Formula, book: FactBook, period: Period) -> Metric:
    """The metric for a period, with its inputs, or with what was missing."""
    metric = Metric(
        formula.name, formula.group, None, formula.unit, formula.words, formula.version,
        note=formula.note,
    )  # fmt: skip
    if formula.annual and period.basis != "annual":
        return replace(metric, reason="It is made for years, and this period is shorter.")
    inputs, missing = look_up(formula.needs, book, period)
    metric = replace(metric, inputs=inputs, missing=missing)
    if missing:
        return replace(metric, reason=f"Not found: {'; '.join(missing)}.")
    try:
        value = formula.compute(*(found.value for found in inputs))
    except UndefinedError as error:
        return replace(metric, reason=str(error))
    return replace(metric, value=_SHOWN.plus(value))


def look_up(
    needs: Sequence[str], book: FactBook, period: Period
) -> tuple[tuple[Input, ...], tuple[str, ...]]:
    """The inputs that were found, and in words those that were not."""
    inputs: list[Input] = []
    missing: list[str] = []
    for need in needs:
        line, _, when = need.partition("@")
        at = book.year_before(period) if when.startswith("before") else period
        try:
            inputs.append(book.value(line, at, opening=when.endswith("opening")))
        except MissingInputError as error:
            if str(error) not in missing:
                missing.append(str(error))
    return tuple(inputs), tuple(missing)
