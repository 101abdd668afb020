"""One request as a handler sees it: who, what, and the parts of the application."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity
from agent_ui.errors import ApiError
from agent_ui.parts import Parts
from crm_core.audit import Actor


@dataclass(slots=True)
class Ask:
    """`body` and `query` are instances of the models that the route names."""

    request: web.Request
    parts: Parts
    identity: Identity | None
    body: Any = None
    query: Any = None

    @property
    def me(self) -> Identity:
        """The person who asks; only for routes that are not public."""
        if self.identity is None:
            raise ApiError(401, "not_signed_in", "Sign in first.")
        return self.identity

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.parts.address_of(self.request)

    @property
    def actor(self) -> Actor:
        """The person, as the CRM writes them down."""
        return Actor(self.me.user_id, self.address)

    def number(self, name: str) -> int:
        """Return an integer part of the path."""
        return int(self.request.match_info[name])

    def text(self, name: str) -> str:
        """Return a part of the path."""
        return self.request.match_info[name]

    def need(self, permission: Permission) -> None:
        """Refuse what the role may not, where it depends on more than the route."""
        if not self.me.may(permission):
            raise ApiError(403, "not_allowed", "Your role does not include this.")
