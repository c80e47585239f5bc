"""The file of a trained model: numbers as NumPy arrays and what is said of them as JSON.

Reading it can run no code, and reads nothing that was not declared: which arrays there are, of
what type and shape. The same content gives the same bytes on every machine.
"""

import io
import json
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

LARGEST: Final = 64 * 2**20
"""Bytes of a model, packed and unpacked."""
MOST_ARRAYS: Final = 64
ABOUT: Final = "about.json"
_LARGEST_ABOUT: Final = 8 * 2**20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_NUMBERS = "biuf"
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0}

Array = npt.NDArray[Any]
Shape = tuple[int | None, ...]


class ModelDamaged(Exception):  # noqa: N818 - reads as what it says
    """A model's file is not what a model's file is. The text says what is wrong with it."""


@dataclass(frozen=True)
class Bundle:
    """What a file held.

    Attributes:
        arrays: by name; not writable.
        about: the JSON beside them.
    """

    arrays: Mapping[str, Array]
    about: Mapping[str, Any] = field(default_factory=dict)


def pack(kind: str, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> bytes:
    """The bytes of a model's file.

    Args:
        kind: what sort of model, as in the registry; ``unpack`` refuses a file of another one.
        arrays: booleans, integers or floating-point numbers, of any shape.
        about: everything else, as JSON.

    Raises:
        ValueError: an array is of another type, holds a number that is not finite, or has a name
            other than lower-case words; or it is too much.
    """
    if len(arrays) > MOST_ARRAYS:
        raise ValueError(f"a model has at most {MOST_ARRAYS} arrays, not {len(arrays)}")
    told = json.dumps({"kind": kind, "about": dict(about)}, sort_keys=True, allow_nan=False)
    buffer = io.BytesIO()
    # ZipInfo's own date is the same always: the bytes must not tell when they were written.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(ABOUT), told.encode())
        for name, array in sorted(arrays.items()):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a name for an array")
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), _written(name, np.asarray(array)))
    if buffer.tell() > LARGEST:
        raise ValueError(f"a model has at most {LARGEST >> 20} MiB, not {buffer.tell() >> 20}")
    return buffer.getvalue()


def unpack(data: bytes, kind: str, shapes: Mapping[str, Shape]) -> Bundle:
    """What a model's file holds.

    Args:
        shapes: the arrays that are needed; ``None`` stands for any length. Others are refused.

    Raises:
        ModelDamaged: it is truncated, changed, of another kind, or has other arrays.
    """
    if len(data) > LARGEST:
        raise ModelDamaged(f"it is larger than {LARGEST >> 20} MiB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {each.filename: each for each in archive.infolist()}
            _check_entries(entries, shapes)
            head = json.loads(archive.read(ABOUT))
            if not isinstance(head, dict) or head.get("kind") != kind:
                raise ModelDamaged(f"it is not a model of the kind {kind}")
            arrays = {
                name: _read(name, archive.read(f"{name}.npy"), shape)
                for name, shape in shapes.items()
            }
    except (zipfile.BadZipFile, ValueError, KeyError, EOFError, NotImplementedError) as error:
        raise ModelDamaged(f"its content cannot be read ({error})") from error
    about = head.get("about")
    if not isinstance(about, dict):
        raise ModelDamaged("it does not say what it is about")
    return Bundle(arrays, about)


def _check_entries(entries: Mapping[str, zipfile.ZipInfo], shapes: Mapping[str, Shape]) -> None:
    expected = {ABOUT, *(f"{name}.npy" for name in shapes)}
    if missing := expected - entries.keys():
        raise ModelDamaged(f"a part is missing: {min(missing)}")
    if unknown := entries.keys() - expected:
        raise ModelDamaged(f"it has a part that is not known: {min(unknown)[:60]}")
    # A small archive may unpack to any size; what it declares is what may be read.
    if sum(each.file_size for each in entries.values()) > LARGEST:
        raise ModelDamaged(f"it unpacks to more than {LARGEST >> 20} MiB")
    if entries[ABOUT].file_size > _LARGEST_ABOUT:
        raise ModelDamaged("what it says of itself is too long")


def _written(name: str, array: Array) -> bytes:
    if array.dtype.kind not in _NUMBERS:
        raise ValueError(f"{name} is not made of numbers: {array.dtype}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} holds a number that is not finite")
    entry = io.BytesIO()
    plain = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    np.lib.format.write_array(entry, plain, version=(1, 0), allow_pickle=False)
    return entry.getvalue()


def _read(name: str, raw: bytes, shape: Shape) -> Array:
    file = io.BytesIO(raw)
    read_header = _HEADERS.get(np.lib.format.read_magic(file))
    if read_header is None:
        raise ModelDamaged(f"{name} is in a form that is not read")
    found, by_columns, dtype = read_header(file)
    if dtype.kind not in _NUMBERS or by_columns:
        raise ModelDamaged(f"{name} is not a plain array of numbers")
    if len(found) != len(shape) or any(
        want not in (None, have) for have, want in zip(found, shape, strict=True)
    ):
        raise ModelDamaged(f"{name} has the shape {found}, and {shape} is needed")
    # Before anything is made of that size: the header may claim what is not there.
    if math.prod(found) * dtype.itemsize != len(raw) - file.tell():
        raise ModelDamaged(f"{name} is not as long as it says")
    array = np.frombuffer(raw, dtype, offset=file.tell()).reshape(found)
    if dtype.kind == "f" and not np.isfinite(array).all():
        raise ModelDamaged(f"{name} holds a number that is not finite")
    return array
