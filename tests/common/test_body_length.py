"""A body that does not say its length is refused for that. That the shipped server hands such bodies on is seen in `.ci/smoke.py`."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/batches/",
        "/api/v1/list-deliveries/",
        "/api/v1/screenings/files/",
        "/api/v1/records/",
        "/oauth/token/",
    ],
)
def test_a_body_of_unknown_length_is_refused(path: str) -> None:
    answer = Client().post(
        path, b"", content_type="application/json", headers={"transfer-encoding": "chunked"}
    )
    assert (answer.status_code, answer["Content-Type"]) == (411, "application/problem+json")
    assert (answer.json()["code"], "Content-Length" in answer.json()["detail"]) == ("length_required", True)
