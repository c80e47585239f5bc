"""The least that one would write: FastAPI with a route that calls ``.delay()``."""

import os
from typing import Any

from celery import Celery
from fastapi import FastAPI

from worker_core.arguments import StockForecast

broker = Celery(
    "bare", broker=os.environ["CELERY_BROKER_URL"], backend=os.environ["CELERY_BROKER_URL"]
)
app = FastAPI()


@broker.task(name="forecasting.generate_stock_forecast")  # type: ignore[untyped-decorator]  # celery carries no types
def generate_stock_forecast(**arguments: Any) -> None:
    """Only its name is of use here."""


@app.post("/submit", status_code=202)
def submit(arguments: StockForecast) -> dict[str, str]:
    return {"task_id": generate_stock_forecast.delay(**arguments.model_dump()).id}
