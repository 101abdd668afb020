"""Bodies and queries that no page of ours would send are refused, and never a fault of ours."""

from typing import Any

import pytest

from agent_ui.api.answering import JSON_MAX, PUBLIC_JSON_MAX
from agent_ui.api.problems import LISTED_MAX, as_api_error
from crm_core.errors import DatabaseUnavailable, InUse
from tests.agent_ui.world import World

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b'{"language": "en"}', JSON, 200),
        (b'{"language": "en"}', {"Content-Type": "application/json; charset=base64"}, 200),
        (b'{"language": "en"}', {"Content-Type": "text/plain"}, 415),
        (b'{"language": "' + b"x" * JSON_MAX + b'"}', JSON, 413),
        (b"not gzip", JSON | {"Content-Encoding": "gzip"}, 415),
        (b'{"language": "en"}', JSON | {"Content-Encoding": "identity"}, 200),
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


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"1e999"])
async def test_what_is_no_number_is_not_stored(world: World, number: bytes) -> None:
    rung = b'{"after_s": 60, "raise_by": 1, "expected_s": ' + number + b"}"
    data = b'{"name": "Endless", "routing": {"ladder": [' + rung + b"]}}"
    status, answer = await (await world.person("admin")).call("POST", "/queues", data=data, headers=JSON)
    assert (status, answer["error"]["fields"][0]["path"]) == (422, "routing.ladder.0.expected_s")


@pytest.mark.parametrize(
    "query", ["agent_id=9223372036854775808", "queue_id=-9223372036854775809", "to=9999-12-31T23:59:59-14:00"]
)
async def test_a_query_out_of_range(world: World, query: str) -> None:
    person = await world.person("supervisor")
    assert (await person.call("GET", f"/calls?{query}"))[0] == 422


async def test_who_is_not_signed_in_may_send_little(world: World) -> None:
    body = {"login": "agent", "password": "x" * PUBLIC_JSON_MAX}
    status, answer = await world.stranger().call("POST", "/session", body)
    assert (status, answer["error"]["code"]) == (413, "too_large")


async def test_the_longest_password_fits(world: World) -> None:
    # 200 letters outside the first plane, each of which JSON may spell in twelve bytes
    status, _ = await world.stranger().call(
        "POST", "/session", {"login": "\U0001f600" * 64, "password": "\U0001f600" * 200}
    )
    assert status == 401


@pytest.mark.parametrize(
    ("body", "listed"),
    [
        ({str(number): 1 for number in range(70_000)}, LISTED_MAX),
        ({"x" * 5000: 1}, 1),
    ],
)
async def test_unknown_fields_are_listed_briefly(world: World, body: dict[str, int], listed: int) -> None:
    person = await world.person("agent")
    status, answer = await person.call("PUT", "/session/preferences", body | {"language": "en"})
    assert status == 422
    problems = answer["error"]["fields"]
    assert [problem["code"] for problem in problems] == ["unknown_field"] * listed
    assert all(len(problem["path"]) < 110 for problem in problems)


async def test_thousands_of_wrong_values_are_counted(world: World) -> None:
    person = await world.person("admin")
    phone = {str(number): 1 for number in range(50_000)}
    status, answer = await person.call("POST", "/customers", {"name": "Li", "phones": [{"number": "1"} | phone]})
    assert status == 422
    (problem,) = answer["error"]["fields"]
    assert problem["message"] == "50000 values are not right"


def test_a_message_keeps_its_capitals() -> None:
    error = as_api_error(InUse("queue", "VIP", "the flow Main"))
    assert error is not None
    assert error.message == "Queue 'VIP' is in use by the flow Main."


def test_a_full_disk_is_named() -> None:
    error = as_api_error(DatabaseUnavailable("database or disk is full"))
    assert error is not None
    assert "its disk is full" in error.message
