"""A linear model of the tone of sentences.

Weights are whole multiples of ``STEP``, so that training gives the same file on every machine.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from worker_core.sentiment import archive
from worker_core.sentiment.features import DENSE, Features, extract
from worker_core.sentiment.lexicon import THOUSANDTHS, Lexicon
from worker_core.sentiment.model import Label
from worker_core.sentiment.tokens import normalised

LABELS: Final[tuple[Label, Label, Label]] = ("negative", "neutral", "positive")
STEP: Final = 1 / 128
FORMAT: Final = 2
Floats = npt.NDArray[np.float64]


class ModelError(Exception):
    """A model file cannot be used. The text says which, why, and what to do."""


@dataclass(frozen=True)
class LinearModel:
    """Weights of words, rules and lexicons for three classes.

    Attributes:
        terms: the words, word beginnings and pairs that the model knows.
        counts: in how many of ``documents`` training sentences each occurred.
        weights: (n_terms + n_dense, 3) in units of ``STEP``.
        intercept: (3,) in units of ``STEP``.
        lexicon: weights of single words, a multiple of .001 each.
        learned: marks of the sentences it was trained on (see ``marks``), ascending: it is not to
            be judged by them.
        about: what it was trained from, for people.
    """

    terms: tuple[str, ...]
    counts: npt.NDArray[np.int32]
    weights: npt.NDArray[np.int16]
    intercept: npt.NDArray[np.int32]
    documents: int
    lexicon: Lexicon
    learned: npt.NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    about: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """``linear-`` and the beginning of the hash of its content."""
        return f"linear-{self.sha256[:12]}"

    @cached_property
    def sha256(self) -> str:
        """Hash of everything that decides what the model says."""
        return archive.digest(self._arrays())

    @cached_property
    def index(self) -> dict[str, int]:
        """Place of each term."""
        return {term: place for place, term in enumerate(self.terms)}

    @cached_property
    def idf(self) -> Floats:
        """Weight of each term by its rarity, smoothed: ln((1 + n) / (1 + count)) + 1."""
        rarity: Floats = np.log((1 + self.documents) / (1.0 + self.counts)) + 1.0
        return rarity

    @cached_property
    def real_weights(self) -> Floats:
        """The weights as numbers, (n_terms + n_dense, 3)."""
        real: Floats = np.asarray(self.weights, dtype=np.float64) * STEP
        return real

    @cached_property
    def rows(self) -> list[tuple[float, float, float]]:
        """``real_weights`` for what looks at them one at a time."""
        return [tuple(row) for row in self.real_weights.tolist()]

    @cached_property
    def rarity(self) -> list[float]:
        """``idf`` for what looks at them one at a time."""
        rarity: list[float] = self.idf.tolist()
        return rarity

    def known(self, features: Features) -> dict[int, int]:
        """Places of the terms of a sentence that the model knows, each once, in order; with each
        where among its terms it is first."""
        found: dict[int, int] = {}
        of = self.index.get
        for position, term in enumerate(features.terms):
            place = of(term)
            if place is not None and place not in found:
                found[place] = position
        return found

    def has_learned(self, sentences: Sequence[str]) -> npt.NDArray[np.bool_]:
        """(n_sentences,): whether each was among those it was trained on, but for numbers and
        links. Of four billion sentences that were not, one is taken for each that was."""
        return np.isin(marks(sentences), self.learned)

    def extract(self, sentence: str) -> Features:
        """The features of a sentence, with the model's own lexicon."""
        return extract(sentence, self.lexicon)

    def probabilities(self, sentences: Sequence[str]) -> Floats:
        """(n_sentences, 3), in the order of ``LABELS``."""
        return self.probabilities_of([self.extract(sentence) for sentence in sentences])

    def probabilities_of(self, features: Sequence[Features]) -> Floats:
        """As ``probabilities``, of features that were extracted before."""
        count = len(features)
        if count == 0:
            return np.zeros((0, 3))
        known = [self.known(each) for each in features]
        places = np.fromiter((place for each in known for place in each), dtype=np.intp)
        rows = np.repeat(np.arange(count), [len(each) for each in known])
        # bincount adds in order, so a sentence's score does not depend on its neighbours.
        norm = np.sqrt(np.bincount(rows, self.idf[places] ** 2, count))
        norm[norm == 0] = 1.0
        dense = np.array([each.dense for each in features])
        logits = np.empty((count, 3))
        for label in range(3):
            words = np.bincount(rows, self._scaled[places, label], count) / norm
            rest = (dense * self.real_weights[len(self.terms) :, label]).sum(axis=1)
            logits[:, label] = words + rest + self.intercept[label] * STEP
        return softmax(logits)

    @cached_property
    def _scaled(self) -> Floats:
        scaled: Floats = self.real_weights[: len(self.terms)] * self.idf[:, None]
        return scaled

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all; the same model gives the same bytes."""
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(self.dumps())
        part.replace(path)

    def dumps(self) -> bytes:
        """The bytes of the file."""
        return archive.packed(self._arrays())

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        lexicon = sorted(self.lexicon.weights.items())
        about = {**self.about, "format": FORMAT, "documents": self.documents, "dense": DENSE}
        return {
            "weights": self.weights.astype("<i2"),
            "intercept": self.intercept.astype("<i4"),
            "counts": self.counts.astype("<i4"),
            "terms": archive.text("\n".join(self.terms)),
            "lexicon_terms": archive.text("\n".join(term for term, _ in lexicon)),
            "lexicon_weights": np.array(
                [round(weight * THOUSANDTHS) for _, weight in lexicon], dtype="<i2"
            ),
            "learned": self.learned.astype("<u4"),
            "about": archive.text(json.dumps(about, sort_keys=True)),
        }


def load(path: Path) -> LinearModel:
    """Read a model.

    Raises:
        ModelError: the file is missing, damaged, or of another version of AFI Desk.
    """
    try:
        if path.stat().st_size > archive.LARGEST:
            raise ModelError(f"{path.name} is larger than any sentiment model.")
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"There is no sentiment model at {path}.") from None
    except OSError as error:
        raise ModelError(f"The sentiment model {path} cannot be read: {error}.") from error
    return loads(data, path.name)


def loads(data: bytes, name: str) -> LinearModel:
    """The model of a file's bytes; ``name`` is what to call it in an error.

    Raises:
        ModelError: it is damaged, or of another version of AFI Desk.
    """
    try:
        arrays = archive.unpacked(data)
        about = json.loads(archive.string(arrays["about"]))
        _check(arrays, about)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, TypeError, AttributeError,
            MemoryError, NotImplementedError) as error:  # fmt: skip
        raise ModelError(
            f"The sentiment model {name} is damaged ({error}). "
            "Train it again, or install the application again if it is the bundled one."
        ) from error
    if about.get("format") != FORMAT or tuple(about.get("dense", ())) != DENSE:
        raise ModelError(
            f"The sentiment model {name} was made by another version of AFI Desk. "
            "Train it again with this one."
        )
    return LinearModel(
        terms=tuple(archive.string(arrays["terms"]).split("\n")) if len(arrays["terms"]) else (),
        counts=arrays["counts"],
        weights=arrays["weights"],
        intercept=arrays["intercept"],
        documents=int(about.pop("documents")),
        lexicon=Lexicon(
            dict(
                zip(
                    archive.string(arrays["lexicon_terms"]).split("\n"),
                    (int(weight) / THOUSANDTHS for weight in arrays["lexicon_weights"]),
                    strict=True,
                )
            )
            if len(arrays["lexicon_weights"])
            else {}
        ),
        learned=arrays["learned"],
        about={key: value for key, value in about.items() if key not in {"format", "dense"}},
    )


def _check(arrays: Mapping[str, npt.NDArray[Any]], about: object) -> None:
    """See that the parts fit together: the hash says that they are whole, not that they do."""
    if not isinstance(about, dict):
        raise TypeError("it does not say what it is about")
    if about.get("format") != FORMAT or tuple(about.get("dense", ())) != DENSE:
        # Whose parts may be others; what is told of it is that.
        return
    terms = archive.string(arrays["terms"]).count("\n") + 1 if len(arrays["terms"]) else 0
    words = len(arrays["lexicon_weights"])
    expected = {
        "weights": ((terms + len(DENSE), 3), "<i2"),
        "intercept": ((3,), "<i4"),
        "counts": ((terms,), "<i4"),
        "lexicon_weights": ((words,), "<i2"),
        "learned": ((arrays["learned"].size,), "<u4"),
    }
    for name, (shape, dtype) in expected.items():
        if arrays[name].shape != shape or arrays[name].dtype != np.dtype(dtype):
            raise ValueError(f"{name} is not of the shape or type that it needs")
    if int(about["documents"]) < 1 or (arrays["counts"] < 0).any():
        raise ValueError("its counts are not possible")


def marks(sentences: Iterable[str]) -> npt.NDArray[np.uint32]:
    """32 bits of the hash of each sentence's letters, by which it is known again."""
    return np.array(
        [
            int.from_bytes(hashlib.sha256(normalised(each).encode(errors="replace")).digest()[:4])
            for each in sentences
        ],
        dtype=np.uint32,
    )


def softmax(logits: Floats) -> Floats:
    """Rows of probabilities from rows of logits."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares
