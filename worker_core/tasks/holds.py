"""The worker's part in showing that it lives: it renews the messages that it holds."""

import logging
from typing import Any

from celery import bootsteps
from kombu.transport.redis import Channel
from redis.exceptions import ResponseError

from worker_core import settings

log = logging.getLogger(__name__)


class Holds(bootsteps.StartStopStep):  # type: ignore[misc]  # celery carries no types
    """Renews by the server's clock, four times a lease, in the worker's own event loop: one that
    hangs does not renew. A connection that fails is left to the loop, which makes a new one."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        self._entry: Any = None
        super().__init__(consumer, **options)

    def start(self, consumer: Any) -> None:
        every_s = settings.current().lease_s / 4
        self._entry = consumer.timer.call_repeatedly(every_s, self._renew, (consumer,))

    def stop(self, consumer: Any) -> None:  # noqa: ARG002 - the base class's signature
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None

    terminate = stop

    def _renew(self, consumer: Any) -> None:
        channel = getattr(consumer.task_consumer, "channel", None)
        if not isinstance(channel, Channel):
            return  # another transport than Redis
        # In one step, as a pool without an event loop takes messages in another thread.
        if not (tags := tuple(channel.qos._delivered)):
            return
        try:
            with channel.conn_or_acquire() as client:
                seconds, micros = client.time()
                now = seconds + micros / 1e6
                # Those alone that are held still: an acknowledged one must not come back.
                client.zadd(channel.unacked_index_key, dict.fromkeys(tags, now), xx=True)
        except ResponseError as error:
            log.warning("The held messages were not renewed: %s", error)
