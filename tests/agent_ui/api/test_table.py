"""The route table as a whole: guarded, described, and nothing beside it."""

import asyncio
import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from agent_ui.api import openapi
from agent_ui.api.ask import Ask
from agent_ui.api.route import API_PREFIX, Route, check_table
from agent_ui.api.table import ROUTES
from agent_ui.auth.permissions import OF_NUMBER_RIGHT, OF_ROLE, Permission
from agent_ui.site.website import make_website
from crm_core.domain.number_right import OF_ROLE as OF_ROLE_BY_DEFAULT
from tests.agent_ui.world import World

# the last one asks for a link's token by itself: tests/security/test_wallboard.py
PUBLIC = {
    ("POST", "/session"),
    ("GET", "/health"),
    ("GET", "/wallboards/live"),
    # customers have no login: a link's key opens these, tests/security/test_callback_form.py says to what
    *((method, "/callback-form/{key}/standing") for method in ("POST", "OPTIONS")),
    *((method, "/callback-form/{key}") for method in ("GET", "POST", "DELETE", "OPTIONS")),
}


def concrete(route: Route) -> str:
    return re.sub(r"\{(\w+)(:int)?\}", lambda m: "1" if m[2] else "x", route.path)


async def nothing(ask: Ask) -> None:
    return None


def make(permission: Permission | None, path: str = "/x") -> Route:
    return Route(method="GET", path=path, permission=permission, handler=nothing, summary="")


def test_a_route_without_permission_refuses_to_start() -> None:
    with pytest.raises(ValueError, match="names no permission"):
        check_table([make(None)])
    with pytest.raises(ValueError, match="twice"):
        check_table([make(Permission.PUBLIC), make(Permission.PUBLIC)])


def test_only_a_short_list_is_public() -> None:
    assert {(r.method, r.path) for r in ROUTES if r.permission is Permission.PUBLIC} == PUBLIC


async def test_every_other_route_refuses_strangers(world: World) -> None:
    stranger = world.stranger()
    for route in ROUTES:
        if (route.method, route.path) in PUBLIC:
            continue
        for headers in ({}, {"Authorization": "Basic YWRtaW46YWRtaW4="}, {"Cookie": "callroom=nonsense"}):
            status, answer = await stranger.call(route.method, concrete(route), headers=headers)
            assert (status, answer["error"]["code"]) == (401, "not_signed_in"), route


@pytest.mark.parametrize("role", ["agent", "supervisor", "admin"])
async def test_every_route_refuses_roles_without_its_permission(world: World, role: str) -> None:
    person = await world.person(role)
    for route in ROUTES:
        if route.permission in {*OF_ROLE[role], *OF_NUMBER_RIGHT[OF_ROLE_BY_DEFAULT[role]], Permission.PUBLIC}:
            continue
        status, answer = await person.call(route.method, concrete(route))
        assert (status, answer["error"]["code"]) == (403, "not_allowed"), route


async def test_every_unsafe_route_refuses_foreign_pages(world: World) -> None:
    person = await world.person("admin")
    for route in ROUTES:
        if route.method == "GET":
            continue
        for origin in ("http://evil.example", "null", ""):
            status, answer = await person.call(route.method, concrete(route), headers={"Origin": origin})
            assert (status, answer["error"]["code"]) == (403, "foreign_origin"), route


async def test_the_router_has_nothing_that_the_table_has_not(world: World) -> None:
    known = {API_PREFIX + route.openapi_path for route in ROUTES}
    known |= {
        "/api/v1/openapi.json",
        "/cti",
        "/sip",
        "/metrics",
        "/health",
        "/wallboard",
        "/callback",
        "/assets/{name}",
        "/{name}",
    }
    app = make_website(world.parts)
    assert {resource.canonical for resource in app.router.resources()} == known


async def test_the_openapi_document_is_valid(world: World) -> None:
    status, document = await world.stranger().call("GET", "/openapi.json")
    assert status == 200
    validate(document)
    assert document["paths"]["/session"]["post"]["security"] == []
    assert document["paths"]["/session"]["get"]["security"] == [{"session": []}]
    count = sum(len(operations) for operations in document["paths"].values())
    assert count == len(ROUTES)


async def test_the_openapi_document_is_drawn_for_the_first_who_asks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def draw(*wanted: Any) -> dict[str, Any]:
        drawn.append(wanted)
        return {"drawn": len(drawn)}

    monkeypatch.setattr(openapi, "make_document", draw)
    make_website(world.parts)
    assert drawn == []
    stranger = world.stranger()
    for _ in range(2):
        answers = await asyncio.gather(*(stranger.call("GET", "/openapi.json") for _ in range(2)))
        assert answers == [(200, {"drawn": 1})] * 2
