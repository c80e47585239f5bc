"""What a page under test is given, which comes to rest while the loop of its test still runs."""

import inspect
from abc import ABC, abstractmethod

import pytest
import qasync


class Surroundings(ABC):
    """A page with all that it is given. A fixture of this kind is closed within its test."""

    @abstractmethod
    async def close(self) -> None:
        """Hide the page, wait until nothing is under way, let all go. Harmless if repeated."""


def run_on_the_loop(item: pytest.Function) -> None:
    """Run a test that is a coroutine on the ``loop`` of the window.

    Its surroundings are closed before the loop stops: a timer that is due afterwards would find no
    loop to ask with.
    """
    loop = item.funcargs["loop"]
    assert isinstance(loop, qasync.QEventLoop)
    arguments = {name: item.funcargs[name] for name in inspect.signature(item.obj).parameters}

    async def to_the_end() -> None:
        try:
            await item.obj(**arguments)
        finally:
            for each in item.funcargs.values():
                if isinstance(each, Surroundings):
                    await each.close()

    loop.run_until_complete(to_the_end())
