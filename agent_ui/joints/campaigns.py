"""The dialer in the house: the one dial policy, the floor, the diary, and a task that dials."""

import logging
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from agent_ui.config import Config
from agent_ui.errors import ApiError
from agent_ui.joints.callbacks import AGENT_CAP_S, Asking, MayDial, house_dials
from agent_ui.joints.campaign_dispositions import HouseList
from agent_ui.joints.dialing import own_numbers
from agent_ui.memory import Memory
from crm_core.attempt_dispositions import AttemptDispositions
from crm_core.attempts import Attempts
from crm_core.diary.journal import Journal
from crm_core.domain.caller_id import own_key
from crm_core.domain.day import day_of
from crm_core.domain.dial_policy import DialRefusal
from crm_core.due_leads import DueLeads
from crm_core.errors import NotFound, StorageError
from crm_core.leases import Leases
from cti.clock import Clock, wall_time
from cti.domain.attempt_words import AttemptPhase, AttemptWithdrawn, AttendedLine, Attending, DialerEvent
from cti.domain.wishes import AgentDialed
from cti.service import Telephony
from cti.tasks import TaskSet
from dialer.disposing import Disposing
from dialer.ears import Ears
from dialer.errors import DialerError
from dialer.lease import DialerLease
from dialer.listening.keeping import KeepRules
from dialer.listening.unmatched import KEPT_FOR
from dialer.plan import CampaignPlan, plan_of
from dialer.ports import Dialable, Undialable
from dialer.service import Dialer, Records
from dialer.settling import Settling

_log = logging.getLogger(__name__)
FOR_EVER = (DialRefusal.DO_NOT_CALL, DialRefusal.DO_NOT_CALL_UNLESS, DialRefusal.NOT_A_NUMBER)
RULES_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HousePolicy:
    """See `dialer.ports.DialPolicy`; what only a cap refuses may be asked again when the cap is free."""

    may: MayDial
    config: Config
    clock: Clock
    own: Callable[[], Awaitable[Sequence[str]]]
    wall: Callable[[], datetime] = wall_time

    def wall_now(self) -> datetime:
        """See `dialer.ports.DialPolicy`."""
        return self.wall()

    async def ours(self, numbers: Sequence[str]) -> tuple[str, ...]:
        """See `dialer.ports.DialPolicy`."""
        own = {own_key(number): number for number in await self.own()}
        return tuple(dict.fromkeys(own[key] for number in numbers if (key := own_key(number)) in own))

    async def may_dial(self, number: str, customer_id: int | None, queue_id: int) -> Dialable | Undialable:
        """See `dialer.ports.DialPolicy`."""
        try:
            outgoing = await self.may(Asking(number, queue_id, is_now=True, customer_id=customer_id))
        except ApiError as error:
            now = self.clock.now()
            if error.code == DialRefusal.NUMBER_CAP:
                return Undialable(error.code, day_of(now, self.config.telephone.zone).ends_at)
            if error.code == DialRefusal.AGENT_CAP:
                return Undialable(error.code, now + timedelta(seconds=AGENT_CAP_S))
            if error.code in FOR_EVER:
                return Undialable(error.code)
            # what an administrator set up for agents may be set up otherwise; nobody is barred by it for good
            return Undialable(error.code, now + RULES_AGAIN)
        return Dialable(outgoing.number, outgoing.shown_as, outgoing.withheld)


@dataclass(frozen=True, slots=True)
class DialerFloor:
    """See `dialer.ports.Floor`."""

    telephony: Telephony
    clock: Clock

    def order(self, wish: DialerEvent | AgentDialed) -> None:
        """See `dialer.ports.Floor`."""
        self.telephony.step(wish)

    def withdraw(self, attempt_id: str) -> None:
        """See `dialer.ports.Floor`."""
        self.telephony.step(AttemptWithdrawn(attempt_id))

    def can_dial(self) -> bool:
        """See `dialer.ports.Floor`."""
        return self.telephony.floor.can_dial

    def phase(self, attempt_id: str) -> AttemptPhase | None:
        """See `dialer.ports.Floor`."""
        return self.telephony.floor.attempt_phase(attempt_id)

    def caller_lines(self) -> tuple[AttendedLine, ...]:
        """See `dialer.ports.Floor`."""
        return self.telephony.floor.attended_lines(self.clock.now())

    def agent(self, agent_id: int) -> Attending | None:
        """See `dialer.ports.Floor`."""
        return self.telephony.floor.attending(agent_id)

    def agents(self) -> tuple[Attending, ...]:
        """See `dialer.ports.Floor`."""
        return self.telephony.floor.all_attending()


def house_policy(config: Config, memory: Memory, clock: Clock) -> HousePolicy:
    """Build it."""
    return HousePolicy(house_dials(config, memory, clock), config, clock, partial(own_numbers, memory))


def open_ears(config: Config, clock: Clock, may_keep: Callable[[], bool]) -> Ears:
    """Build them; `may_keep` says whether there is room for what lines sounded like."""
    days = min(KEPT_FOR.days, config.recordings.keep_days or KEPT_FOR.days)
    return Ears(config.home / "lines", clock.now, KeepRules(may_keep, days, config.telephone.zone))


def open_dialer(config: Config, memory: Memory, telephony: Telephony, clock: Clock, ears: Ears) -> Dialer:
    """Build it; nobody is dialed before it is started."""
    dialer = Dialer(
        Records(memory.campaigns, DueLeads(memory.database), Attempts(memory.database), memory.registers),
        house_policy(config, memory, clock),
        DialerFloor(telephony, clock),
        clock.now,
        config.telephone.zone,
        ears,
        DialerLease(Leases(memory.database), name_of(config.home), time.monotonic),
    )
    dialer.lines_max = config.telephone.campaign_lines_max
    return dialer


def name_of(home: Path) -> str:
    """Name this Callroom among others on its database; the same after a restart."""
    return f"{socket.gethostname()}:{home.resolve()}"[-300:]


def start_dialer(dialer: Dialer, memory: Memory, telephony: Telephony, journal: Journal, tasks: TaskSet) -> None:
    """Let it dial for the campaigns that are at work, and settle what comes of it."""

    async def plan_of_one(campaign_id: int) -> CampaignPlan | None:
        try:
            return plan_of(await memory.campaigns.get(campaign_id))
        except NotFound:
            return None

    attempts, leads = Attempts(memory.database), DueLeads(memory.database)
    said, listed = AttemptDispositions(memory.database), HouseList(memory)
    disposing = Disposing(said, leads, plan_of_one, listed, dialer.not_a_person, dialer.now)
    settling = Settling(attempts, leads, plan_of_one, dialer.ears, disposing, listed)
    dialer.on_disposed.append(settling.look)
    journal.on_written(settling.written)
    memory.fallback_calls.on_attempt(settling.again)
    tasks.start(settling.run(), name="attempts settled")
    tasks.start(dialer.follow(telephony.bus.subscribe_lossless("dialer")), name="dialer hears")
    tasks.start(_listen_and_dial(dialer), name="dialer")


async def _listen_and_dial(dialer: Dialer) -> None:
    """Where it cannot listen it is deaf; that stops nobody from dialing."""
    async with AsyncExitStack() as stack:
        if dialer.ears is not None:
            try:
                await stack.enter_async_context(dialer.ears.open())
            except (DialerError, OSError):
                _log.exception("Nobody listens to the lines that are dialed")
        if dialer.lease is not None:
            stack.push_async_callback(_let_another_dial, dialer.lease)
        await dialer.run()


async def _let_another_dial(lease: DialerLease) -> None:
    try:
        await lease.give_back()
    except StorageError:
        _log.warning("The lease to dial could not be given back; it ends by itself", exc_info=True)
