"""Fixtures that every test shares."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.sockets import Opened, say_where_they_were_opened

say_where_they_were_opened()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long an example takes says nothing on a machine that others use too.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real filings and prices that stands beside a development checkout."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no development data at {folder}")
    return folder


@pytest.fixture(scope="module", autouse=True)
def _what_a_module_leaves_is_found_at_its_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """A cycle of Qt's objects that another thread collects later cannot stop its timers, and a
    socket in one is complained of, both in a test that has nothing to do with it."""
    before = Opened.count
    yield
    here = (item for item in request.session.items if item.getparent(pytest.Module) is request.node)
    with_window = any("qapp" in getattr(item, "fixturenames", ()) for item in here)
    if with_window or Opened.count > before:
        gc.collect()
