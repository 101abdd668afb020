"""Bodies and queries that no page of ours would send are refused, and never a fault of ours."""

from typing import Any

import pytest

from agent_ui.api.answering import JSON_MAX
from tests.agent_ui.world import World

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b'{"language": "en"}', JSON, 200),
        (b'{"language": "en"}', {"Content-Type": "application/json; charset=base64"}, 200),
        (b'{"language": "en"}', {"Content-Type": "text/plain"}, 415),
        (b'{"language": "' + b"x" * JSON_MAX + b'"}', JSON, 413),
        (b"not gzip", JSON | {"Content-Encoding": "gzip"}, 400),
        ('{"language": "en"}'.encode("utf-16"), JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b"[]", JSON, 400),
        (b'{"language": "\\ud800"}', JSON, 422),
        (b'{"language": ["a", {"b": "\\u0000"}]}', JSON, 422),
        (b'{"language": 9223372036854775808}', JSON, 422),
    ],
)
async def test_a_body(world: World, data: bytes, headers: dict[str, str], status: int) -> None:
    person = await world.person("agent")
    answer: tuple[int, Any] = await person.call("PUT", "/session/preferences", data=data, headers=headers)
    assert answer[0] == status, answer


@pytest.mark.parametrize(
    "query", ["agent_id=9223372036854775808", "queue_id=-9223372036854775809", "to=9999-12-31T23:59:59-14:00"]
)
async def test_a_query_out_of_range(world: World, query: str) -> None:
    person = await world.person("supervisor")
    assert (await person.call("GET", f"/calls?{query}"))[0] == 422
