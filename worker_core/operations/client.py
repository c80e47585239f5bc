"""Sending task messages from a process that is no worker."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from worker_core.operations import wire
from worker_core.operations.configuration import (
    DEFAULT_PRIORITY,
    client_configuration,
    stamp_enqueue_time,
)
from worker_core.operations.connection import broker_url, client, reaching
from worker_core.operations.errors import BrokerUnreachable, OperationError, PerhapsSent
from worker_core.operations.journal import EVENTS
from worker_core.settings import Settings, current

if TYPE_CHECKING:
    from celery import Celery
    from kombu import Connection

_making = threading.Lock()
_LATEST = 100


def client_app(settings: Settings | None = None) -> "Celery":
    """A Celery application that knows queues and routes but no task's code.

    It subscribes to no results: by default every submission would, and block for 19 seconds where
    the store of results is down.
    """
    with _making:
        return _client_app(settings or current())


@lru_cache(maxsize=8)
def _client_app(settings: Settings) -> "Celery":
    from celery import Celery
    from celery.signals import before_task_publish

    before_task_publish.connect(stamp_enqueue_time, dispatch_uid="afi-enqueue-time")
    app = Celery("afi-desk-client", set_as_current=False, events=EVENTS)
    app.backend_cls = "disabled"
    app.conf.update(client_configuration(settings))
    # What is made at first use is made here, under the lock.
    app.finalize()
    _ = app.backend, app.amqp.router, app.amqp.send_task_message
    return app


@contextmanager
def connected(settings: Settings | None = None) -> Iterator[tuple["Celery", "Connection"]]:
    """The application and a connection of its own, which a thread need not share.

    Raises:
        BrokerUnreachable: within about a second where nothing answers.
        BrokerRefused: the broker takes no messages.
    """
    from kombu.exceptions import OperationalError

    settings = settings or current()
    url = broker_url(settings)
    app = client_app(settings)
    with reaching(url):
        try:
            # The address may have changed since the application was made.
            with app.connection_for_write(url) as connection:
                yield app, connection
        except OperationalError as error:
            raise (error.__cause__ or ConnectionError(str(error))) from error


def send(
    name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    queue: str | None = None,
    task_id: str | None = None,
    headers: Mapping[str, Any] | None = None,
    countdown: float | None = None,
    retries: int = 0,
    expires: float | None = None,
    priority: int = DEFAULT_PRIORITY,
    settings: Settings | None = None,
) -> str:
    """Send the message of any task, ours or not, unchecked; return its id. Workers drop one that
    comes to them more than ``expires`` seconds from now. Those of others may look for no priority
    but 0, which is what their own messages have by default.

    Raises:
        PerhapsSent: the broker was there, and fell silent before it had confirmed the message.
        BrokerUnreachable, BrokerRefused: it was not sent.
    """
    settings = settings or current()
    task_id = task_id or str(uuid4())
    reached = False
    try:
        with connected(settings) as (app, connection):
            connection.connect()
            _ = connection.default_channel  # asks the broker for an answer
            reached = True
            app.send_task(
                name,
                args=list(args),
                kwargs=dict(kwargs),
                queue=queue,
                task_id=task_id,
                headers=dict(headers or {}),
                countdown=countdown,
                retries=retries,
                expires=expires,
                priority=priority,
                # Else they would be those of this process, if it has loaded the task: the
                # worker's own hold.
                time_limit=None,
                soft_time_limit=None,
                connection=connection,
                retry=False,
            )
    except BrokerUnreachable as error:
        if not reached:
            raise
        if queue is not None and _arrived(queue, task_id, settings):
            return task_id
        raise PerhapsSent(
            f"Whether {name} was sent is not known: {error.message[0].lower()}{error.message[1:]}",
            f"Before you send it again, look for {task_id} on the Tasks page"
            + (f" or in the queue {queue}" if queue else "")
            + ": sent twice, it would run twice.",
            task_id,
        ) from error
    return task_id


def _arrived(queue: str, task_id: str, settings: Settings) -> bool:
    """Whether the message is among the latest of its queue. Elsewhere it may be all the same: a
    worker may have taken it."""
    url, needle = broker_url(settings), task_id.encode()
    try:
        with reaching(url), client(url) as redis:
            return any(
                needle in raw
                for step in wire.STEPS
                for raw in cast(
                    "list[bytes]",
                    redis.lrange(settings.key_prefix + wire.step_key(queue, step), 0, _LATEST - 1),
                )
            )
    except OperationError:
        return False
