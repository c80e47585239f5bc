"""Alert rules: what they say, and what is wrong with one that cannot be used."""

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

from worker_core.health.alert_measures import ALL, MEASURES, Comparison, Measure, amount, span

Severity = Literal["info", "warning", "critical"]

SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "warning", "info")
COMPARISONS: Final[tuple[Comparison, ...]] = ("above", "below")
MAX_NAME: Final = 80
MAX_SUBJECT: Final = 155
LONGEST_FOR_S: Final = 7 * 86_400.0
LONGEST_COOLDOWN_S: Final = 30 * 86_400.0
LARGEST: Final = 1e12


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires for each subject that ``subject`` matches (``*`` is any text, ``?`` any character)
    once its value has been above or below ``threshold`` for ``for_s`` seconds.

    It ends when the value has come back by ``hysteresis`` beyond the threshold, and does not fire
    again for that subject within ``cooldown_s`` seconds. Shares are between 0 and 1.
    """

    name: str
    measure: str
    threshold: float
    subject: str = "*"
    comparison: Comparison = "above"
    for_s: float = 0.0
    hysteresis: float = 0.0
    cooldown_s: float = 300.0
    severity: Severity = "warning"

    @property
    def about(self) -> Measure:
        """
        Raises:
            KeyError: there is no such measure; `checked` refuses such a rule.
        """
        return MEASURES[self.measure]

    def exceeded(self, value: float) -> bool:
        """Whether the value is on the wrong side of the threshold."""
        return value > self.threshold if self.comparison == "above" else value < self.threshold

    def back(self, value: float) -> bool:
        """Whether the value has come back far enough for an alert to end."""
        if self.comparison == "above":
            return value <= self.threshold - self.hysteresis
        return value >= self.threshold + self.hysteresis

    def matches(self, subject: str) -> bool:
        """What is measured over the whole system has to be named."""
        if subject == ALL:
            return self.subject == ALL or self.about.about == "all"
        return _pattern(self.subject).fullmatch(subject) is not None

    @property
    def words(self) -> str:
        """The rule in one sentence without a verb: ``queue depth of * above 100 for 5 min``."""
        about = self.about
        subject = "" if about.about == "all" or self.subject == ALL else f" of {self.subject}"
        lasting = f" for {span(self.for_s)}" if self.for_s else ""
        limit = amount(self.threshold, about.unit)
        return f"{about.title}{subject} {self.comparison} {limit}{lasting}"


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    # Runs of stars are one: each of them alone would be tried against every place.
    parts = re.split(r"(\*+|\?)", text)
    wild = {"?": "."}
    pattern = (wild.get(p, ".*" if p[:1] == "*" else re.escape(p)) for p in parts)
    return re.compile("".join(pattern), re.DOTALL)


@dataclass
class RuleRefused(Exception):  # noqa: N818 - reads as what happened
    """A rule cannot be used. ``fields`` says in plain words what is wrong with which field."""

    fields: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join(self.fields.values())


def checked(values: Mapping[str, Any]) -> Rule:
    """The rule of these values, whoever they come from.

    Raises:
        RuleRefused: it cannot be used; every field with a fault is named.
    """
    wrong: dict[str, str] = {}
    known = Rule.__dataclass_fields__
    for name in values:
        if name not in known:
            wrong[str(name)] = f"A rule has no {name!r}."
    found = {name: value for name, value in values.items() if name in known}
    for name in ("name", "measure", "threshold"):
        if found.get(name) is None:
            wrong[name] = f"A rule needs a {name}."
    for name, check in _CHECKS.items():
        if name in found and name not in wrong:
            try:
                found[name] = check(found[name])
            except ValueError as error:
                wrong[name] = str(error)
    if not wrong:
        wrong |= _together(Rule(**found))
    if wrong:
        raise RuleRefused(wrong)
    return Rule(**found)


def values_of(rule: Rule) -> dict[str, Any]:
    """The rule as `checked` takes it."""
    return asdict(rule)


def _together(rule: Rule) -> dict[str, str]:
    about, wrong = rule.about, {}
    if about.unit == "share":
        if not 0 <= rule.threshold <= 1:
            wrong["threshold"] = "A share lies between 0 and 100 %."
        elif rule.hysteresis > 1:
            wrong["hysteresis"] = "A share cannot come back by more than 100 %."
    elif rule.threshold < 0:
        wrong["threshold"] = f"{about.title} is never below 0."
    if not wrong and not _reachable(rule):
        limit = amount(rule.threshold, about.unit)
        wrong["threshold"] = f"{about.title} is never {rule.comparison} {limit}."
    if not wrong and rule.comparison == "above" and rule.hysteresis > rule.threshold:
        wrong["hysteresis"] = (
            "It would have to come back below 0 and the alert would never end: "
            f"at most {amount(rule.threshold, about.unit)}."
        )
    top = about.unit == "share" and rule.comparison == "below"
    if not wrong and top and rule.threshold + rule.hysteresis > 1:
        wrong["hysteresis"] = "It would have to come back above 100 %."
    if about.about == "all" and rule.subject not in ("*", ALL):
        wrong["subject"] = f"{about.title} is of the whole system: leave this at *."
    return wrong


def _reachable(rule: Rule) -> bool:
    if rule.comparison == "below":
        return rule.threshold > 0
    return rule.about.unit != "share" or rule.threshold < 1


def _text(what: str, longest: int) -> Any:
    def check(value: Any) -> str:
        text = value.strip() if isinstance(value, str) else ""
        if not text:
            raise ValueError(f"{what} is missing.")
        if len(text) > longest:
            raise ValueError(f"{what} is longer than {longest} characters.")
        if not text.isprintable():
            raise ValueError(f"{what} holds characters that cannot be shown.")
        return text

    return check


def _number(what: str, lowest: float, highest: float, limit: str) -> Any:
    def check(value: Any) -> float:
        number = math.nan
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(OverflowError):
                number = float(value)
        if not math.isfinite(number):
            raise ValueError(f"{what} is not a number.")
        if not lowest <= number <= highest:
            raise ValueError(f"{what} {limit}.")
        return number

    return check


def _one_of(what: str, known: tuple[str, ...]) -> Any:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"{what} is one of {', '.join(known)}.")
        return value

    return check


_CHECKS: Final = {
    "name": _text("The name", MAX_NAME),
    "measure": _one_of("The measure", tuple(MEASURES)),
    "threshold": _number("The threshold", -LARGEST, LARGEST, "is too large"),
    "subject": _text("What it is about", MAX_SUBJECT),
    "comparison": _one_of("The comparison", COMPARISONS),
    "for_s": _number("The duration", 0, LONGEST_FOR_S, "is between 0 s and 7 days"),
    "hysteresis": _number("The way back", 0, LARGEST, "is not below 0"),
    "cooldown_s": _number("The pause", 0, LONGEST_COOLDOWN_S, "is between 0 s and 30 days"),
    "severity": _one_of("The severity", SEVERITIES),
}
