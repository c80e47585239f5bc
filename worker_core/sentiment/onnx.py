"""A sentence classifier as ONNX, and the cascade that asks it where the linear model is unsure.

Both libraries come with the extra ``onnx``. The model takes token ids and an attention mask, each
(n_sentences, n_tokens), and gives logits (n_sentences, 3) for negative, neutral, positive; its
tokenizer is the JSON file of the same folder whose name ends with ``tokenizer.json``.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from worker_core.extras import how_to_add
from worker_core.sentiment.explain import explain
from worker_core.sentiment.features import VERDICT_BAD, VERDICT_GOOD, Features
from worker_core.sentiment.linear import Floats, LinearModel, ModelError, softmax
from worker_core.sentiment.model import Label, Scored
from worker_core.sentiment.scorers import LinearScorer, outcomes

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer


SURE_ENOUGH: Final = 0.8
"""The linear model's confidence from which it is not doubted."""
SILENT_SHARE: Final = 0.6
"""Of the linear model where both are asked and the rules have found nothing."""
VERDICT_SHARE: Final = 0.75
"""Of the linear model where both are asked and the rules say that something moved."""
_TOKENS = 128
_BATCH = 32
_AT_ONCE = 1024
"""Sentences whose features are in memory at a time."""
_LEFT_OUT = re.compile(r"(?:https?://|www\.)\S+|@\w+|\$[A-Za-z][A-Za-z.]*")


class OnnxScorer:
    """Scores sentences with an ONNX classifier of three classes.

    Raises:
        ModelError: the extra is not installed, or a file is missing or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._session, self._tokenizer = _open(path)
        inputs = [each.name for each in self._session.get_inputs()]
        if len(inputs) != 2:
            raise ModelError(
                f"The model {path.name} takes {len(inputs)} inputs, and two are expected: "
                "token ids and an attention mask."
            )
        self._inputs: tuple[str, str] = _in_order(inputs)

    @cached_property
    def model_version(self) -> str:
        """``onnx-`` and the beginning of the hash of the file."""
        with self._path.open("rb") as file:
            return f"onnx-{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"

    def score(self, sentences: Sequence[str]) -> list[tuple[float, Label]]:
        """See ``SentenceScorer.score``."""
        return outcomes(self.probabilities(sentences))

    def details(self, sentences: Sequence[str]) -> list[Scored]:
        """See ``DetailedScorer.details``; the network gives no reasons."""
        chances = self.probabilities(sentences)
        return [
            Scored(compound, label, float(chance.max()))
            for chance, (compound, label) in zip(chances, outcomes(chances), strict=True)
        ]

    def probabilities(self, sentences: Sequence[str]) -> Floats:
        """(n_sentences, 3), in the order of ``LABELS``."""
        chances = np.zeros((len(sentences), 3))
        # Sentences of one length together: what is padded is computed too.
        order = sorted(range(len(sentences)), key=lambda place: len(sentences[place]))
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            texts = [_LEFT_OUT.sub("", sentences[place])[:2000] for place in places]
            encoded = self._tokenizer.encode_batch(texts)
            ids = np.array([each.ids for each in encoded], dtype=np.int64)
            mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
            (logits,) = self._session.run(None, dict(zip(self._inputs, (ids, mask), strict=True)))
            chances[places] = softmax(np.asarray(logits, dtype=np.float64))
        return chances


class CascadeScorer:
    """The linear model, and the ONNX model for sentences of which it is not sure.

    The network reads wording better, and the rules read figures better: where they have found
    something, the linear model has the greater say. Without that, the cascade is worse on releases
    than the linear model alone.
    """

    def __init__(
        self, model: LinearModel, onnx: OnnxScorer, sure_enough: float = SURE_ENOUGH
    ) -> None:
        self._linear = LinearScorer(model)
        self._onnx = onnx
        self._sure_enough = sure_enough

    @property
    def model_version(self) -> str:
        """The versions of both models, within 64 characters."""
        return f"cascade-{self._linear.model_version}+{self._onnx.model_version}"

    def score(self, sentences: Sequence[str]) -> list[tuple[float, Label]]:
        """See ``SentenceScorer.score``."""
        found: list[tuple[float, Label]] = []
        for start in range(0, len(sentences), _AT_ONCE):
            _, chances = self._asked(sentences[start : start + _AT_ONCE])
            found.extend(outcomes(chances))
        return found

    def details(self, sentences: Sequence[str]) -> list[Scored]:
        """See ``DetailedScorer.details``; the reasons are the linear model's."""
        found: list[Scored] = []
        for start in range(0, len(sentences), _AT_ONCE):
            features, chances = self._asked(sentences[start : start + _AT_ONCE])
            found.extend(
                Scored(compound, label, float(chance.max()), explain(self._linear.model, each))
                for each, chance, (compound, label) in zip(
                    features, chances, outcomes(chances), strict=True
                )
            )
        return found

    def _asked(self, sentences: Sequence[str]) -> tuple[list[Features], Floats]:
        model = self._linear.model
        features = [model.extract(each) for each in sentences]
        chances = model.probabilities_of(features)
        unsure = np.flatnonzero(chances.max(axis=1) < self._sure_enough).tolist()
        if unsure:
            second = self._onnx.probabilities([sentences[place] for place in unsure])
            share = np.array([[_linear_share(features[place])] for place in unsure])
            chances[unsure] = share * chances[unsure] + (1 - share) * second
        return features, chances


def _linear_share(features: Features) -> float:
    spoken = features.dense[VERDICT_BAD] or features.dense[VERDICT_GOOD]
    return VERDICT_SHARE if spoken else SILENT_SHARE


def _open(path: Path) -> "tuple[InferenceSession, Tokenizer]":
    try:
        import onnxruntime
        import tokenizers
    except ImportError as error:
        message = f"The ONNX model {path.name} cannot be used here: its extra is not installed."
        raise ModelError(f"{message} {how_to_add('onnx')}") from error
    if not path.is_file():
        raise ModelError(f"There is no ONNX model at {path}. Correct the path in the settings.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            path.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = tokenizers.Tokenizer.from_file(str(_tokenizer_of(path)))
    except ModelError:
        raise
    # Both libraries raise classes of their own that share no base but this one.
    except Exception as error:
        raise ModelError(f"The ONNX model {path.name} cannot be read: {error}.") from error
    tokenizer.enable_truncation(_TOKENS)
    tokenizer.enable_padding()
    return session, tokenizer


def _tokenizer_of(path: Path) -> Path:
    found: list[Any] = sorted(path.parent.glob("*tokenizer.json"))
    if not found:
        raise ModelError(
            f"Beside {path.name} there is no tokenizer: a file named …tokenizer.json is needed."
        )
    shared = [each for each in found if path.stem.startswith(each.stem.split("_tokenizer")[0])]
    best: Path = (shared or found)[0]
    return best


def _in_order(inputs: Sequence[str]) -> tuple[str, str]:
    """Token ids first; exporters name the mask "attention_mask" or a short form of it."""
    first, second = inputs
    return (second, first) if first.startswith("a") else (first, second)
