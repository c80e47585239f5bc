"""Someone else's Celery application: nothing of this project is imported, and nearly all is left
at Celery's defaults."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import Celery, chain, chord
from celery.backends.redis import RedisBackend
from kombu import Exchange, Queue

URL = os.environ["SHOP_BROKER"]

app = Celery("shop", broker=URL, backend=URL)
app.conf.result_extended = "SHOP_EXTENDED" in os.environ
app.conf.task_queues = [
    Queue("celery"),
    Queue("orders", Exchange("shop", type="topic"), routing_key="order.#"),
    Queue("mail", Exchange("mail"), routing_key="mail"),
]
app.conf.broker_transport_options = {
    "queue_order_strategy": "priority",
    "priority_steps": list(range(10)),
}


def task(**options: Any) -> Callable[[Any], Any]:
    """Celery's decorator, which carries no types."""
    decorator: Callable[[Any], Any] = app.task(**options)
    return decorator


class Parcel:
    """Its pickle leaves a file behind when it is opened."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path(os.environ["SHOP_FOLDER"], "opened"),)


@task()
def add(x: int, y: int) -> int:
    return x + y


@task()
def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


@task()
def fail(reason: str) -> None:
    raise ValueError(reason)


@task(bind=True, max_retries=2)
def retry(self: Any) -> str:
    if self.request.retries == 0:
        raise self.retry(exc=TimeoutError("not yet"), countdown=0.2)
    return "at last"


@task()
def total(numbers: list[int]) -> int:
    return sum(numbers)


@task()
def in_turn() -> None:
    chain(add.s(1, 1), add.s(2), add.s(3)).apply_async()


@task()
def together(count: int) -> None:
    chord([add.s(one, one) for one in range(count)])(total.s())


@task(backend=RedisBackend(app=app, url=URL, serializer="pickle", accept=["pickle"]))
def wrap() -> Parcel:
    return Parcel()
