"""The file of a linear model: a NumPy archive of integers and text. Reading it can run no code."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

LARGEST: Final = 64 * 2**20
"""Bytes of a file, packed and unpacked."""
PARTS: Final = (
    "weights",
    "intercept",
    "counts",
    "terms",
    "lexicon_terms",
    "lexicon_weights",
    "learned",
    "about",
)

Array = npt.NDArray[Any]


def packed(arrays: Mapping[str, Array]) -> bytes:
    """The bytes of a file, the same for the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in {**arrays, "sha256": text(digest(arrays))}.items():
            entry = io.BytesIO()
            np.lib.format.write_array(entry, array, version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), entry.getvalue())
    return buffer.getvalue()


def unpacked(data: bytes) -> dict[str, Array]:
    """The arrays of a file.

    Raises:
        ValueError, KeyError, EOFError, BadZipFile, MemoryError: it is not one, or is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # A small archive may unpack to any size; what it declares is what may be read.
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise ValueError("it is larger than any model")
        arrays = {
            name: np.lib.format.read_array(
                io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False
            )
            for name in (*PARTS, "sha256")
        }
    if string(arrays.pop("sha256")) != digest(arrays):
        raise ValueError("its content is not what was saved")
    return arrays


def digest(arrays: Mapping[str, Array]) -> str:
    """SHA-256 of the content."""
    found = hashlib.sha256()
    for name in PARTS:
        array = arrays[name]
        found.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def text(value: str) -> npt.NDArray[np.uint8]:
    """A text as an array."""
    return np.frombuffer(value.encode(), dtype=np.uint8)


def string(array: Array) -> str:
    """The text of an array."""
    return array.astype(np.uint8).tobytes().decode()
