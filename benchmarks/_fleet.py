"""Many small workers, as cheap as real ones can be: one process loads Celery and forks the rest.

``python -m benchmarks._fleet COUNT``; each is a solo worker with the project's configuration that
serves one queue. A line with its process is printed for each; all end with the standard input.
"""

import contextlib
import os
import signal
import sys

from celery import Celery

from worker_core.operations.configuration import celery_configuration
from worker_core.operations.journal import EVENTS
from worker_core.settings import current

PAUSE_S = 0.4

app = Celery("fleet", set_as_current=False, events=EVENTS)
app.conf.update(celery_configuration(current()))


@app.task(name="fleet.nothing")  # type: ignore[untyped-decorator]  # celery carries no types
def nothing() -> None:
    """What the workers could do."""


def work(number: int, queues: list[str]) -> None:
    """Be a worker until told to stop."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    words = ["worker", f"--hostname=w{number}@fleet", "--pool=solo", "--task-events"]
    words += [f"--queues={queues[number % len(queues)]}", "--without-mingle", "--without-gossip"]
    app.worker_main(words)


def main() -> None:
    import time

    import celery.apps.worker
    import celery.concurrency.solo
    import kombu.transport.redis

    loaded = (celery.apps.worker, celery.concurrency.solo, kombu.transport.redis)
    queues = list(app.conf.task_queues)
    names = [queue.name for queue in queues]
    children: list[int] = []
    for number in range(int(sys.argv[1])):
        child = os.fork()
        if child == 0:
            try:
                work(number, names)
            finally:
                os._exit(len(loaded) and 0)
        children.append(child)
        print(child, flush=True)
        # All at once they would starve each other.
        time.sleep(PAUSE_S)
    sys.stdin.read()
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGCONT)
            os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
