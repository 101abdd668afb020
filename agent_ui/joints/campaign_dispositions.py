"""The dispositions of a campaign's call: which ones there are, and what an agent said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent_ui.errors import ApiError, FieldProblem
from agent_ui.memory import Memory
from crm_core.attempt_dispositions import AttemptDispositions, Said
from crm_core.audit import Actor
from crm_core.campaigns import CampaignRow
from crm_core.domain.agreed_time import IN_PAST, MISSING, time_problem
from crm_core.domain.campaign_rules import ANSWERING_MACHINE, CALLBACK, NOT_A_PERSON, SUCCESS
from crm_core.errors import AlreadyExists, Invalid, NotFound
from crm_core.storage.along import Along
from crm_core.words import CALLBACK_AGREED, WordRow
from dialer.service import Dialer

REASON = "asked not to be called"
TASK = "task"  # what one of the house may mean


@dataclass(frozen=True, slots=True)
class Callback:
    """When somebody wants to be called again; `is_mine`: by who talked with them."""

    at: datetime | None = None
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A disposition of a call: of its campaign's, if it has one; `is_task`: it becomes a task."""

    campaign: CampaignRow | None
    is_task: bool


class CampaignDispositions:
    """Stands before the dialer, for agents' pages."""

    def __init__(self, memory: Memory, dialer: Dialer) -> None:
        self._memory = memory
        self._dialer = dialer
        self._said = AttemptDispositions(memory.database)

    async def offered(self, call_id: str) -> list[tuple[WordRow, str]]:
        """List those for this call with what each means: the campaign's own, in its order, else the house's."""
        return await self._offered(await self._campaign(call_id))

    async def _offered(self, campaign: CampaignRow | None) -> list[tuple[WordRow, str]]:
        words = {word.code: word for word in await self._memory.dispositions.all(active_only=True)}
        # it means something for who is on a list alone
        machine = words.pop(ANSWERING_MACHINE, None)
        if campaign is None:
            return _of_house(words)
        known = words if machine is None else words | {machine.code: machine}
        own = [(known[one.code], one.means) for one in campaign.rules.dispositions if one.code in known]
        found = own or _of_house(words)
        has_its_own = any(word is machine or means == NOT_A_PERSON for word, means in found)
        return found if machine is None or has_its_own else [*found, (machine, NOT_A_PERSON)]

    async def check(self, call_id: str, code: str, callback: Callback, now: datetime) -> Chosen:
        """Refuse what the call's campaign does not offer, and a callback without its time, or for one that is over."""
        campaign = await self._campaign(call_id)
        offered = {word.code: means for word, means in await self._offered(campaign)}
        if campaign is not None and campaign.rules.dispositions:
            if code not in offered:
                raise _refused("code", "unknown_disposition", "is not one of the campaign's dispositions")
            if campaign.rules.meaning_of(code) == CALLBACK:
                check_time(callback, now)
        return Chosen(campaign, offered.get(code) == TASK)

    def keeping(self, campaign: CampaignRow, call_id: str, code: str, callback: Callback, by: Actor) -> Along:
        """Note what was said; what it means for the person is settled as soon as the attempt is."""
        means = campaign.rules.meaning_of(code)
        again_at = callback.at if means == CALLBACK else None
        again_for = by.user_id if again_at is not None and callback.is_mine else None
        said = Said(code, means == SUCCESS, again_at, again_for)
        return Along(self._said.noting(call_id, said), self._dialer.tell_disposed)

    async def _campaign(self, call_id: str) -> CampaignRow | None:
        campaign_id = await self._said.campaign_of(call_id)
        try:
            return None if campaign_id is None else await self._memory.campaigns.get(campaign_id)
        except NotFound:
            return None


def _of_house(words: Mapping[str, WordRow]) -> list[tuple[WordRow, str]]:
    return [(word, TASK if word.code == CALLBACK_AGREED else "") for word in words.values()]


_PROBLEMS = {
    MISSING: "says when they want to be called again",
    IN_PAST: "is over already",
}


def check_time(callback: Callback, now: datetime) -> None:
    """Refuse a time at which nobody can be called any more, and none."""
    problem = time_problem(callback.at, now)
    if problem:
        raise _refused("again_at", problem, _PROBLEMS[problem])


def _refused(path: str, code: str, message: str) -> ApiError:
    return ApiError(422, "invalid", f"{path} {message}.", (FieldProblem(path, code, message),))


@dataclass(frozen=True, slots=True)
class HouseList:
    """See `dialer.disposing.DoNotCall`."""

    memory: Memory

    async def list_number(self, number: str, by_user_id: int | None) -> str:
        """See `dialer.disposing.DoNotCall`."""
        try:
            await self.memory.do_not_call.add_number(number, REASON, Actor(by_user_id, ""))
        except AlreadyExists:
            return ""
        except Invalid as refused:
            return refused.problems[0].code
        return ""
