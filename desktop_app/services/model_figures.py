"""The figures of trained models in words, and two versions held side by side. No Qt."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from worker_core.storage import ModelRecord

Better = Literal["lower", "higher", "near", ""]
Judgement = Literal["better", "worse", "same", ""]

_SKIPPED: Final = frozenset(
    {"search", "conformal", "words", "pit", "horizon", "stride", "dm_statistic", "low", "high"}
)
_LEAVES: Final[Mapping[str, tuple[str, Better]]] = {
    "macro_f1": ("Macro-F1", "higher"),
    "accuracy": ("Accuracy", "higher"),
    "precision": ("precision", "higher"),
    "recall": ("recall", "higher"),
    "f1": ("F1", "higher"),
    "count": ("sentences", ""),
    "sentences": ("Sentences", ""),
    "learned": ("Sentences learned from", ""),
    "judged": ("Sentences judged by", ""),
    "crps": ("CRPS", "lower"),
    "naive_crps": ("CRPS of historical simulation", ""),
    "skill": ("CRPS over that of historical simulation", "lower"),
    "dm_p": ("p-value of that difference", ""),
    "base_rate": ("base rate of rises", ""),
    "worst_year": ("95 % coverage in the worst year", "higher"),
    "pinball": ("mean quantile loss", "lower"),
    "origins": ("forecasts judged", ""),
    "mase": ("MASE", "lower"),
    "mase_default": ("MASE of the built-in weights", ""),
    "mase_naive": ("MASE of the seasonal naive method", ""),
    "series": ("Series", ""),
    "challenger_loss": ("Mean loss", "lower"),
    "champion_loss": ("Mean loss of the one then in use", ""),
    "naive_loss": ("Mean loss of the naive rule", ""),
    "loss": ("Mean loss", "lower"),
    "loss_default": ("Mean loss of the built-in thresholds", ""),
    "loss_naive": ("Mean loss of the naive rule", ""),
    "cases": ("Cases judged", ""),
    "groups": ("Groups of cases", ""),
    "worst_tenth": ("Growth of the loss where it grows most", "lower"),
}
_GROUPS: Final = {"untouched": "On data that was kept apart", "by_class": "", "horizons": ""}
_DEEPEST: Final = 4
_HEADLINES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "sentiment": (("macro_f1",),),
    "forecast.price": (("horizons", "1", "skill"), ("horizons", "5", "skill")),
    "forecast.metric": (("untouched", "mase"), ("challenger_loss",)),
    "anomaly.price": (("challenger_loss",), ("untouched", "loss")),
}
HEADLINE_WORDS: Final[Mapping[str, str]] = {
    "sentiment": "Macro-F1",
    "forecast.price": "CRPS ratio",
    "forecast.metric": "MASE",
    "anomaly.price": "Mean loss",
}
"""What the figure is called that stands for all of a kind."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that is said of a version. ``target`` is what a coverage should be."""

    path: tuple[str, ...]
    title: str
    value: float
    better: Better
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """The same figure of the version in use and of another one; None where one lacks it."""

    title: str
    ours: float | None
    other: float | None
    judgement: Judgement


def figures(record: ModelRecord) -> tuple[Figure, ...]:
    """What is known of a version, in the order in which it was stored; numbers alone. Last what
    the search measured that found it, if one did."""
    return (*_walk(record.metrics, ()), *_of_search(record.metrics.get("search")))


def headline(record: ModelRecord) -> float | None:
    """The figure that stands for all of them; None where it is not known."""
    known = {figure.path: figure.value for figure in figures(record)}
    return next(
        (known[path] for path in _HEADLINES.get(record.kind, ()) if path in known),
        None,
    )


def compared(in_use: ModelRecord | None, other: ModelRecord | None) -> tuple[Pair, ...]:
    """The figures of both, each once: first those of the other one."""
    ours = {one.path: one for one in figures(in_use)} if in_use else {}
    theirs = {one.path: one for one in figures(other)} if other else {}
    paths = list(dict.fromkeys([*theirs, *ours]))
    return tuple(_pair(ours.get(path), theirs.get(path)) for path in paths)


def _pair(ours: Figure | None, theirs: Figure | None) -> Pair:
    known = theirs or ours
    if known is None:
        raise ValueError("one of the two is needed")
    return Pair(
        known.title,
        ours.value if ours else None,
        theirs.value if theirs else None,
        _judged(ours, theirs) if ours and theirs else "",
    )


def _judged(ours: Figure, theirs: Figure) -> Judgement:
    before, after = ours.value, theirs.value
    match theirs.better:
        case "":
            return ""
        case "near":
            target = theirs.target or 0.0
            before, after = abs(before - target), abs(after - target)
        case "higher":
            before, after = -before, -after
    if math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-12):
        return "same"
    return "better" if after < before else "worse"


def _walk(values: Any, path: tuple[str, ...]) -> Iterator[Figure]:
    if isinstance(values, bool) or len(path) > _DEEPEST:
        return
    if isinstance(values, int | float):
        if path and (value := _number(values)) is not None:
            yield _figure(path, value)
    elif isinstance(values, Mapping):
        for name, value in values.items():
            if name not in _SKIPPED:
                yield from _walk(value, (*path, str(name)))


def _of_search(search: Any) -> Iterator[Figure]:
    """Losses on the search's own folds: what it chose by, and what it had to beat."""
    if not isinstance(search, Mapping):
        return
    candidates, simple = search.get("candidates"), search.get("simple")
    losses = {"": search.get("loss")}
    if isinstance(candidates, Mapping):
        losses["the default"] = candidates.get("default")
    if isinstance(simple, Mapping):
        losses[str(simple.get("name") or "the simple model")] = simple.get("loss")
    for name, loss in losses.items():
        if isinstance(loss, int | float) and (value := _number(loss)) is not None:
            title = f"In the search: Mean loss{f' of {name}' if name else ''}"
            yield Figure(("search", name), title, value, "")


def _number(value: float) -> float | None:
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _figure(path: tuple[str, ...], value: float) -> Figure:
    *before, last = path
    target = None
    better: Better
    if before and before[-1].endswith("coverage") and last.isdigit():
        of_naive = " of historical simulation" if before[-1].startswith("naive") else ""
        title, target = f"{last} % coverage{of_naive}", int(last) / 100
        better = "" if of_naive else "near"
        before = before[:-1]
    elif before and before[-1] == "winkler":
        title, better = f"{last} % interval score", "lower"
        before = before[:-1]
    else:
        title, better = _LEAVES.get(last, (last.replace("_", " "), ""))
    words = [*_context(before), title]
    text = ": ".join(word for word in words if word) or "Without a name"
    return Figure(path, f"{text[:1].upper()}{text[1:]}", value, better, target)


def _context(names: Sequence[str]) -> Iterator[str]:
    for place, name in enumerate(names):
        if place and names[place - 1] == "horizons" and name.isdigit():
            yield f"{name} session{'' if name == '1' else 's'} ahead"
        else:
            yield _GROUPS.get(name, name.replace("_", " "))
