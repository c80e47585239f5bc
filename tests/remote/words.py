"""What a server of ours answers."""

FORECAST = "forecasting.generate_stock_forecast"


SUBMITTED = {"task_id": "t1", "task": FORECAST, "queue": "forecasting"}


ME = {
    "name": "ann",
    "role": "analyst",
    "token": "afi_abcdefg2",
    "expires_at": "2031-01-01T00:00:00Z",
}
