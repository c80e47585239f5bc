"""What each process of a worker gets: a folder for its temporary files, and a limit on memory."""

import logging
import os
import sys
import tempfile
from multiprocessing.util import Finalize

from celery.signals import (
    task_postrun,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
)

from worker_core import settings
from worker_core.operations import scratch

log = logging.getLogger(__name__)

MIB = 2**20


class _Process:
    """This process, as the worker's own signals tell of it."""

    folder: scratch.Scratch | None = None
    main: int | None = None

    def settle_in(self) -> None:
        """Have temporary files made in a folder of this process, and remove those of the dead."""
        base = scratch.base(settings.current())
        try:
            self.folder = scratch.claim(base)
            scratch.clear(base)
        except OSError as error:
            log.warning("Temporary files are not kept apart in %s: %s", base, error)
            return
        # Processes that this one starts look into the environment.
        os.environ["TMPDIR"] = tempfile.tempdir = str(self.folder.path)

    def leave(self) -> None:
        if self.folder is not None:
            self.folder.remove()
            self.folder = None

    @property
    def is_child(self) -> bool:
        """Whether it runs one task at a time and nothing else."""
        return self.main is not None and self.main != os.getpid()


_process = _Process()


@worker_init.connect  # type: ignore[untyped-decorator]  # celery carries no types
def _begin(**_: object) -> None:
    _process.main = os.getpid()
    _process.settle_in()
    # Celery's pool keeps a folder in it, which goes at -100, after the worker's own shutdown.
    Finalize(None, _process.leave, exitpriority=-200)


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _begin_child(**_: object) -> None:
    # A pool without processes says the same of the main process.
    if _process.is_child:
        _process.settle_in()
        limit_memory(settings.current().worker_memory_limit_mb)


@task_postrun.connect  # type: ignore[untyped-decorator]
def _tidy_up(**_: object) -> None:
    if _process.is_child and _process.folder is not None:
        _process.folder.empty()


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _end_child(**_: object) -> None:
    if _process.is_child:
        _process.leave()


def limit_memory(megabytes: int) -> None:
    """Let this process have no more memory than that, 0 for any amount. Allocations beyond it
    fail; files and libraries that are mapped do not count. Only Linux has such a limit."""
    if sys.platform != "linux" or not megabytes:
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    stricter = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min([megabytes * MIB, *stricter]), hard))
