import pytest

from tests.ui.overview.feed import Feed

START = 1_800_000_000.0


@pytest.fixture
def feed() -> Feed:
    """A system whose clock stands at a fixed time, connected long enough to have settled."""
    return Feed(START, since=START - 60)
