"""What handlers may use: the running parts of the application, handed in by app.py."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from aiohttp import web

from agent_ui.announcements.desk import AnnouncementDesk
from agent_ui.auth.addresses import client_address, read_networks
from agent_ui.auth.admission import Admission
from agent_ui.auth.listening import Listenings, Piece
from agent_ui.auth.passwords import Passwords
from agent_ui.auth.probes import ProbeLimit
from agent_ui.auth.sessions import Identity, Sessions
from agent_ui.callback_form.desk import CallbackForm
from agent_ui.config import Config
from agent_ui.joints.campaign_dispositions import CampaignDispositions
from agent_ui.joints.disks import Disks
from agent_ui.joints.dossier import Dossier
from agent_ui.joints.file_looks import FileLooks
from agent_ui.joints.imports import ImportDesk
from agent_ui.joints.inbox import Inbox
from agent_ui.joints.lead_imports import LeadImportDesk
from agent_ui.joints.people import SUPERVISION_SETTING, viewer_of
from agent_ui.joints.reminders import Reminders
from agent_ui.memory import Memory
from agent_ui.metrics.service import Metrics
from agent_ui.phones.link import PhonesLink
from agent_ui.push.hub import Hub
from agent_ui.push.visibility import Viewer
from agent_ui.reporting.office import Reporting
from agent_ui.sip import SipProxy
from agent_ui.staffing.desk import StaffingDesk
from agent_ui.wallboard.viewers import Wallboard
from crm_core.audit import Actor
from crm_core.diary.journal import DiaryState
from crm_core.due_leads import DueLeads
from cti.clock import Clock
from cti.service import Telephony
from dialer.desk import AgentDesk
from dialer.service import Dialer
from ivr.music import MusicLibrary
from ivr.prompts import PromptLibrary


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
    music: MusicLibrary
    inbox: Inbox
    metrics: Metrics
    imports: ImportDesk
    lead_imports: LeadImportDesk
    dossier: Dossier
    disks: Disks
    wallboard: Wallboard
    callback_form: CallbackForm
    reporting: Reporting
    reminders: Reminders
    diary_state: Callable[[], DiaryState]
    dialer: Dialer
    staffing: StaffingDesk
    announcements: AnnouncementDesk
    file_looks: FileLooks = field(default_factory=FileLooks)
    probes: ProbeLimit = field(default_factory=ProbeLimit)
    bulletin_limit: ProbeLimit = field(default_factory=lambda: ProbeLimit(10, timedelta(minutes=5)))
    demo_caller: Caller | None = None
    reload_roster: Callable[[], Awaitable[None]] | None = None
    reload_flows: Callable[[], Awaitable[None]] | None = None
    pause_codes: frozenset[str] = frozenset()
    problems: dict[str, str] = field(default_factory=dict)
    sight_set: bool | None = None
    _listenings: Listenings = field(default_factory=Listenings)

    def viewer_of(self, who: Identity) -> Viewer:
        """What a person sees of the floor, as it is set here."""
        return viewer_of(who, agents_see_supervisors=self.agents_see_supervisors)

    @property
    def desk(self) -> AgentDesk:
        """What campaigns ask of agents."""
        return AgentDesk(self.dialer, self.memory.campaigns, DueLeads(self.memory.database))

    @property
    def campaign_dispositions(self) -> CampaignDispositions:
        """What agents say of campaigns' calls."""
        return CampaignDispositions(self.memory, self.dialer)

    @property
    def agents_see_supervisors(self) -> bool:
        """What an administrator said; until then what the file says."""
        return self.config.telephone.agents_see_supervisors if self.sight_set is None else self.sight_set

    def address_of(self, request: web.Request) -> str:
        """Say where a request comes from: the browser's own address, also behind a proxy that is trusted."""
        trusted = read_networks(self.config.web.trusted_proxies)
        return client_address(request.remote, request.headers.getall("X-Forwarded-For", ()), trusted)

    async def audit(self, user_id: int | None, address: str, action: str, what: object = "", **detail: object) -> None:
        """Write down what changes no row of its own."""
        await self.memory.audit.append(Actor(user_id, address), action, what, **detail)

    async def audit_listening(
        self, request: web.Request, me: Identity, sound: Path, action: str, what: object, **detail: object
    ) -> None:
        """Write down who listens, before the sound leaves; what cannot be written is not heard.

        The pieces that a player asks for one after the other are one listening, in one session.
        """
        size = (await asyncio.to_thread(sound.stat)).st_size
        key, piece, now = (me.session_key, action, what), _piece_asked(request, size), self.clock.now()
        if not self._listenings.goes_on(key, piece, now):
            await self.audit(me.user_id, self.address_of(request), action, what, **detail)
        self._listenings.note(key, piece, now)

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

    async def supervision_sight_changed(self) -> None:
        """Whether agents see supervisors was saved: open pages show or hide them at once."""
        self.sight_set = (await self.memory.settings.all()).get(SUPERVISION_SETTING)
        for user_id in self.hub.users():
            await self.person_changed(user_id, sign_out=False)

    async def person_changed(self, user_id: int, *, sign_out: bool) -> None:
        """A user was saved; with `sign_out` (role, password, switched off) every browser of theirs must sign in."""
        self.sessions.forget(user_id)
        if sign_out:
            await self.sessions.close_all_of(user_id)
            return
        who = await self.sessions.person(user_id)
        if who is not None:
            self.hub.change_viewer(user_id, self.viewer_of(who))


def _piece_asked(request: web.Request, size: int) -> Piece | None:
    """Return None for what is not, or may turn out not to be, a piece: If-Range can make it the whole sound."""
    try:
        asked = request.http_range
    except ValueError:
        return None
    if "If-Range" in request.headers:
        return None
    start = asked.start or 0
    return Piece(start if start >= 0 else max(0, size + start), size if asked.stop is None else min(asked.stop, size))
