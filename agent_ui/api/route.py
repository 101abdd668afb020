"""The typed route table's row: what a request is made of, who may make it, and what comes back."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from agent_ui.auth.permissions import Permission

if TYPE_CHECKING:
    from agent_ui.api.ask import Ask

Handler = Callable[["Ask"], Awaitable[Any]]
API_PREFIX = "/api/v1"
SAFE_METHODS = {"GET", "HEAD"}
_PARAMETER = re.compile(r"\{(\w+)(:int)?\}")


class Body(BaseModel):
    """Base of request bodies and queries: unknown fields are errors, surrounding blanks are not kept."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=20_000)


class Answer(BaseModel):
    """Base of answers: only the fields that are named here leave the server."""

    model_config = ConfigDict(from_attributes=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`path` as in "/customers/{customer_id:int}". `permission` has no default on purpose: None refuses to start.

    `answer` is a type for the JSON that comes back; None means 204, or a handler that answers by itself (`raw`).
    """

    method: str
    path: str
    permission: Permission | None
    handler: Handler
    summary: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: Any = None
    status: int = 200
    uploads: bool = False
    raw: bool = False
    audit: str | None = None

    @property
    def name(self) -> str:
        """The operation's name in the OpenAPI document."""
        return self.handler.__name__

    @property
    def tag(self) -> str:
        """The resource: the first word of the path."""
        return self.path.split("/")[1]

    @property
    def aiohttp_path(self) -> str:
        """The path as aiohttp's router reads it."""
        # 18 digits fit a 64-bit column
        return API_PREFIX + _PARAMETER.sub(lambda m: f"{{{m[1]}:{_pattern(m)}}}", self.path)

    @property
    def openapi_path(self) -> str:
        """The path as OpenAPI writes it."""
        return _PARAMETER.sub(r"{\1}", self.path)

    @property
    def parameters(self) -> dict[str, str]:
        """Name and JSON type of each part of the path that varies."""
        return {m[1]: "integer" if m[2] else "string" for m in _PARAMETER.finditer(self.path)}


def _pattern(match: re.Match[str]) -> str:
    return r"\d{1,18}" if match[2] else r"[^/{}]{1,100}"


def check_table(routes: list[Route]) -> None:
    """Refuse to start with a route that nobody guards, or with two of one name or path."""
    names: set[str] = set()
    places: set[tuple[str, str]] = set()
    for route in routes:
        if route.permission is None:
            raise ValueError(f"{route.method} {route.path} names no permission")
        place = (route.method, route.openapi_path)
        if route.name in names or place in places:
            raise ValueError(f"{route.method} {route.path} ({route.name}) is there twice")
        names.add(route.name)
        places.add(place)
