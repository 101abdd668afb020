"""The typed route table's row: what a request is made of, who may make it, and what comes back."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, get_args

from aiohttp import web
from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from agent_ui.auth.permissions import Permission
from crm_core.domain.masking import mask_number, mask_text

if TYPE_CHECKING:
    from agent_ui.api.ask import Ask

Handler = Callable[["Ask"], Awaitable[Any]]
Door = Callable[["Ask"], Awaitable[None]]
API_PREFIX = "/api/v1"
SAFE_METHODS = {"GET", "HEAD"}
_PARAMETER = re.compile(r"\{(\w+)(:int)?\}")


class Body(BaseModel):
    """Base of request bodies and queries: unknown fields are errors, surrounding blanks are not kept."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=20_000)


class Answer(BaseModel):
    """Base of answers: only the fields that are named here leave the server, their texts masked by who reads them."""

    model_config = ConfigDict(from_attributes=True)


class OwnAnswer(Answer):
    """What an administrator set up: it holds nothing of customers, and saving it again must not lose a digit."""


class TextKind(Enum):
    """What a text of an answer is, where it is not what people wrote (which is masked piece by piece)."""

    NUMBER = "number"
    DIALABLE = "dialable"
    OWN = "own"


# A customer's number to read; the form to dial, which a masked person gets none of; ids, secrets and numbers of ours.
NumberText = Annotated[str, TextKind.NUMBER]
DialableText = Annotated[str | None, TextKind.DIALABLE]
OwnText = Annotated[str, TextKind.OWN]


def masked(answer: object) -> object:
    """Return an answer without whole telephone numbers. Deny by default: a field is masked unless it is marked."""
    if isinstance(answer, OwnAnswer):
        return answer
    if isinstance(answer, Answer):
        return answer.model_copy(update={name: _masked_field(answer, name) for name in type(answer).model_fields})
    if isinstance(answer, list | tuple):
        return type(answer)(masked(item) for item in answer)
    if isinstance(answer, dict):
        return {mask_text(key) if isinstance(key, str) else key: masked(item) for key, item in answer.items()}
    return mask_text(answer) if isinstance(answer, str) else answer


def _masked_field(answer: Answer, name: str) -> object:
    value = getattr(answer, name)
    marks = _marks(type(answer).model_fields[name])
    if value is None or TextKind.OWN in marks:
        return value
    if TextKind.DIALABLE in marks:
        return None
    return mask_number(value) if TextKind.NUMBER in marks else masked(value)


def _marks(field: FieldInfo) -> list[object]:
    # "NumberText | None" keeps its mark inside the union, "NumberText" beside the field
    return [
        *field.metadata,
        *(mark for kind in get_args(field.annotation) for mark in getattr(kind, "__metadata__", ())),
    ]


# The other site whose page may read the answer, errors included; set by a door.
CORS_ORIGIN = web.RequestKey("cors_origin", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`path` as in "/customers/{customer_id:int}". `permission` has no default on purpose: None refuses to start.

    `answer` is a type for the JSON that comes back; None means 204, or a handler that answers by itself (`raw`).
    `door` says who is let in where it is not only our own pages: it stands in the place of the check of the origin, and
    nobody's session counts behind it. Bodies have at most `body_limit` bytes, where that is less than usual.
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
    door: Door | None = None
    body_limit: int | None = None

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
