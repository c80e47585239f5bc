"""The served API tells an operator its figures, in Prometheus' text format."""

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from tests.api.conftest import Desk, bearer
from worker_core.api.server import Place, configuration
from worker_core.operations.metrics_text import CONTENT_TYPE


def test_the_served_api_tells_operators_its_figures_and_nobody_else(desk: Desk) -> None:
    served = configuration(desk.settings, Place("127.0.0.1", 0)).app
    with TestClient(served) as client:  # type: ignore[arg-type]  # uvicorn takes more kinds
        answer = client.get("/metrics", headers=bearer(desk.tokens["olga"]))
        refused = client.get("/metrics", headers=bearer(desk.tokens["ann"]))
        unknown = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == CONTENT_TYPE
    names = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"afi_broker_up", "afi_database_up", "afi_queue_messages"} <= names
    assert refused.status_code in {403, 404}
    assert unknown.status_code == 401
