"""The OpenAPI document is true: what it allows is taken, what it does not is refused."""

import warnings
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode

from tests.api.conftest import Desk, bearer

# By hand, against a server: `st run http://…/api/openapi.json -H "Authorization: Bearer …"`.
EXAMPLES = 1


@pytest.fixture(scope="module")
def limits() -> dict[str, Any]:
    return {"api_denials_a_minute": 100_000}


def test_the_document_is_true_for_whatever_is_sent(desk: Desk) -> None:
    with warnings.catch_warnings():
        # It brings its own ideas of what is deprecated.
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_asgi("/api/openapi.json", desk.api)
        operations: list[Any] = [found.ok() for found in cast("Any", schema.get_all_operations())]
        assert len(operations) > 45
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _try(desk, operation, mode)


def _try(desk: Desk, operation: Any, mode: GenerationMode) -> None:
    @hypothesis_settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(headers=bearer(desk.tokens["root"]))

    try:
        ask()
    except Exception as error:
        if "Unsatisfiable" in type(error).__name__:
            return  # nothing can be wrong about what takes nothing
        raise
