"""The file of a trained model: what goes in comes out, and nothing else is read."""

import io
import json
import pickle
import zipfile
from typing import Any

import numpy as np
import pytest

from worker_core.models import ModelDamaged, bundle, pack, unpack

KIND = "forecast.price"
SHAPES: dict[str, bundle.Shape] = {"weights": (None, 3), "bias": (3,)}


def arrays() -> dict[str, Any]:
    return {"weights": np.arange(6.0).reshape(2, 3), "bias": np.array([1, -2, 3], np.int16)}


def packed() -> bytes:
    return pack(KIND, arrays(), {"alpha": 0.1, "names": ["a", "b"]})


def with_part(name: str, content: bytes, drop: str = "") -> bytes:
    """The packed model with one part put in the place of another."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed())) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            if entry.filename not in (name, drop):
                new.writestr(entry.filename, old.read(entry))
        if content:
            new.writestr(name, content)
    return buffer.getvalue()


def npy(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def claiming(shape: tuple[int, ...]) -> bytes:
    buffer = io.BytesIO()
    head = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, head)
    return buffer.getvalue() + b"\0" * 48


def test_what_was_packed_comes_out_as_it_was() -> None:
    found = unpack(packed(), KIND, SHAPES)
    for name, array in arrays().items():
        assert found.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(found.arrays[name], array)
    assert found.about == {"alpha": 0.1, "names": ["a", "b"]}
    assert not found.arrays["weights"].flags.writeable


def test_the_same_content_gives_the_same_bytes() -> None:
    again = pack(KIND, dict(reversed(arrays().items())), {"names": ["a", "b"], "alpha": 0.1})
    assert again == packed()
    by_columns = arrays() | {"weights": np.asfortranarray(arrays()["weights"])}
    assert pack(KIND, by_columns, {"alpha": 0.1, "names": ["a", "b"]}) == packed()


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (np.array(["text"]), "not made of numbers"),
        (np.array([{}], dtype=object), "not made of numbers"),
        (np.array([1.0, np.nan]), "not finite"),
    ],
    ids=["text", "object", "nan"],
)
def test_what_is_not_a_finite_number_is_not_packed(array: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        pack(KIND, {"weights": array}, {})


def test_names_and_numbers_that_have_no_form_in_the_file_are_refused() -> None:
    with pytest.raises(ValueError, match="not a name"):
        pack(KIND, {"../weights": np.zeros(1)}, {})
    with pytest.raises(ValueError, match="JSON"):
        pack(KIND, {}, {"alpha": float("inf")})


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (packed()[:-30], "cannot be read"),
        (b"", "cannot be read"),
        (b"\x80\x04N.", "cannot be read"),
        (packed().replace(b"\x00\x00\x10\x40", b"\x00\x00\x10\x41"), "cannot be read"),
        (with_part("bias.npy", b""), "missing: bias"),
        (with_part("code.py", b"print()"), "not known: code.py"),
        (with_part("bias.npy", npy(np.zeros(4))), "shape"),
        (with_part("bias.npy", npy(np.zeros((3, 1)))), "shape"),
        (with_part("bias.npy", npy(np.array([1.0, 2.0, np.inf]))), "not finite"),
        (with_part("bias.npy", npy(np.array(["a", "b", "c"]))), "plain array"),
        (with_part("bias.npy", npy(np.array([{}] * 3, object), allow_pickle=True)), "plain array"),
        (with_part("weights.npy", npy(np.zeros((2, 3), order="F"))), "plain array"),
        (with_part("weights.npy", claiming((10**12, 3))), "as long as"),
        (with_part("weights.npy", claiming((1, 3))), "as long as"),
        (with_part("bias.npy", pickle.dumps([1, 2, 3])), "cannot be read"),
        (with_part("about.json", b"{"), "cannot be read"),
        (with_part("about.json", b"[]"), "not a model"),
        (with_part("about.json", json.dumps({"kind": "anomaly"}).encode()), "not a model"),
        (with_part("about.json", json.dumps({"kind": KIND}).encode()), "what it is about"),
    ],
)
def test_a_file_that_is_not_what_was_packed_is_refused_in_words(data: bytes, told: str) -> None:
    with pytest.raises(ModelDamaged, match=told):
        unpack(data, KIND, SHAPES)


def test_a_file_that_unpacks_to_more_than_any_model_is_not_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about.json", b" " * (bundle.LARGEST + 1))
    with pytest.raises(ModelDamaged, match="unpacks to more"):
        unpack(buffer.getvalue(), KIND, {})
