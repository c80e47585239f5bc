"""The scripts under packaging/, importable as they are when they run."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "packaging"


@pytest.fixture(autouse=True, scope="module")
def _beside_their_siblings() -> Iterator[None]:
    sys.path.insert(0, str(FOLDER))
    yield
    sys.path.remove(str(FOLDER))


@pytest.fixture
def entry() -> ModuleType:
    """The frozen program's script."""
    spec = importlib.util.spec_from_file_location("frozen_entry", FOLDER / "entry.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
