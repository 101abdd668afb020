"""What handlers may use: the running parts of the application, handed in by app.py."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from aiohttp import web

from agent_ui.auth.addresses import client_address, read_networks
from agent_ui.auth.admission import Admission
from agent_ui.auth.passwords import Passwords
from agent_ui.auth.probes import ProbeLimit
from agent_ui.auth.sessions import Sessions
from agent_ui.config import Config
from agent_ui.joints.disks import Disks
from agent_ui.joints.dossier import Dossier
from agent_ui.joints.imports import ImportDesk
from agent_ui.joints.inbox import Inbox
from agent_ui.joints.people import viewer_of
from agent_ui.memory import Memory
from agent_ui.metrics.service import Metrics
from agent_ui.phones.link import PhonesLink
from agent_ui.push.hub import Hub
from agent_ui.sip import SipProxy
from crm_core.audit import Actor
from cti.clock import Clock
from cti.service import Telephony
from ivr.prompts import PromptLibrary

LISTENING = timedelta(hours=1)
LISTENING_MAX = 10_000


class Caller(Protocol):
    """Makes the simulated network call in; None in an installation without a simulator."""

    async def __call__(self, to: str, from_number: str | None) -> str:
        """Return the caller's channel id."""


@dataclass(slots=True)
class Parts:
    """One of each; `reload_*` take over what an administrator saved, for the next call."""

    config: Config
    version: str
    clock: Clock
    memory: Memory
    passwords: Passwords
    sessions: Sessions
    admission: Admission
    telephony: Telephony
    hub: Hub
    sip: SipProxy
    phones: PhonesLink
    prompts: PromptLibrary
    inbox: Inbox
    metrics: Metrics
    imports: ImportDesk
    dossier: Dossier
    disks: Disks
    probes: ProbeLimit = field(default_factory=ProbeLimit)
    demo_caller: Caller | None = None
    reload_roster: Callable[[], Awaitable[None]] | None = None
    reload_flows: Callable[[], Awaitable[None]] | None = None
    pause_codes: frozenset[str] = frozenset()
    problems: dict[str, str] = field(default_factory=dict)
    _listening: dict[tuple[int, str, object], datetime] = field(default_factory=dict)

    def address_of(self, request: web.Request) -> str:
        """Say where a request comes from: the browser's own address, also behind a proxy that is trusted."""
        trusted = read_networks(self.config.web.trusted_proxies)
        return client_address(request.remote, request.headers.getall("X-Forwarded-For", ()), trusted)

    async def audit(self, user_id: int | None, address: str, action: str, what: object = "", **detail: object) -> None:
        """Write down what changes no row of its own."""
        await self.memory.audit.append(Actor(user_id, address), action, what, **detail)

    async def audit_listening(
        self, request: web.Request, user_id: int, action: str, what: object, **detail: object
    ) -> None:
        """Write down who listens; the further pieces that a player asks for are the same listening."""
        try:
            is_further = (request.http_range.start or 0) > 0
        except ValueError:
            is_further = True  # answered with 416
        now, key = self.clock.now(), (user_id, action, what)
        began_at = self._listening.get(key)
        if is_further and began_at is not None and now - began_at < LISTENING:
            return
        if len(self._listening) >= LISTENING_MAX:
            self._listening.clear()
        self._listening[key] = now
        await self.audit(user_id, self.address_of(request), action, what, **detail)

    async def roster_changed(self) -> None:
        """Users or queues were saved: the floor learns it."""
        if self.reload_roster is not None:
            await self.reload_roster()

    async def flows_changed(self) -> None:
        """Flows, entry numbers or prompts were saved: the next call uses them."""
        if self.reload_flows is not None:
            await self.reload_flows()

    async def words_changed(self) -> None:
        """Pause reasons were saved."""
        self.pause_codes = frozenset(word.code for word in await self.memory.pause_reasons.all(active_only=True))

    async def number_rights_changed(self) -> None:
        """Who sees whole numbers was saved: open pages show it at once, phones from the next ring on."""
        self.sessions.forget_all()
        for user_id in self.hub.users():
            await self.person_changed(user_id, sign_out=False)
        await self.roster_changed()

    async def person_changed(self, user_id: int, *, sign_out: bool) -> None:
        """A user was saved; with `sign_out` (role, password, switched off) every browser of theirs must sign in."""
        self.sessions.forget(user_id)
        if sign_out:
            await self.sessions.close_all_of(user_id)
            return
        who = await self.sessions.person(user_id)
        if who is not None:
            self.hub.change_viewer(user_id, viewer_of(who))
