"""Shapes of campaigns, their lists and people, as they are sent and answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from agent_ui.api.importing import RejectedAnswer
from agent_ui.api.route import Answer, Body, NumberText, OwnAnswer, OwnText
from agent_ui.api.shapes import Named, PageQuery
from agent_ui.joints.campaign_law import uncovered_by
from agent_ui.joints.campaign_steps import possible_steps
from crm_core.campaigns import CampaignDraft, CampaignRow
from crm_core.domain.campaign_hours import DAYS_OF_WEEK
from crm_core.domain.campaign_rules import (
    MOST_DELAYS,
    MOST_RULES,
    MOST_SHOWN,
    CampaignRules,
    document_of,
    rules_of,
)
from crm_core.importing.lead_jobs import LeadImportRow
from crm_core.lead_lists import LeadListRow, Progress
from crm_core.leads import LeadRow
from dialer.domain.campaign import CampaignStep

Number = Annotated[str, Field(pattern=r"^\+?\d{1,20}$")]
Clock = Annotated[str, Field(max_length=5)]


class RetryBody(Body):
    """What comes after some outcomes."""

    verdicts: list[str] = Field(max_length=40)
    after_s: list[float] = Field(max_length=MOST_DELAYS)
    attempts_max: int
    which: str = "next"
    kills_number_after: int | None = None


class CampaignDispositionBody(Body):
    """One that agents may choose, and what it means for the person: "", success, callback, never, not_a_person."""

    code: str = Field(max_length=64)
    means: str = Field("", max_length=20)


class KeyBody(Body):
    """What a key means for the person: later, remove, remove_everywhere."""

    key: str = Field(max_length=1)
    means: str = Field(max_length=20)


class NoAgentBody(Body):
    """What somebody hears for whom no agent was there in time."""

    action: str = "message"
    prompt: str | None = Field(default=None, max_length=64)


class MachinesBody(Body):
    """What is done about machines that answer; `prompt` is left as a message."""

    action: str = "connect"
    prompt: str | None = Field(default=None, max_length=64)


_NEW = CampaignRules()


class RulesBody(Body):
    """What is left out is as it is in a new campaign.

    `hours`: seven days from Monday, each with spans like ["09:00", "18:00"], by the clock of whoever is called.
    """

    ring_s: float = _NEW.ring_s
    lines_max: int = _NEW.lines_max
    lines_per_agent_max: float = _NEW.lines_per_agent_max
    ratio: float = _NEW.ratio
    abandonment_limit_ratio: float | None = None
    shown_as: list[Number] = Field(default=[], max_length=MOST_SHOWN)
    shown_by: str = _NEW.shown_by
    shown_per_hour: int | None = None
    shown_per_day: int | None = None
    hours: list[list[tuple[Clock, Clock]]] | None = Field(default=None, max_length=DAYS_OF_WEEK)
    attempts_max: int = _NEW.attempts_max
    retries: list[RetryBody] | None = Field(default=None, max_length=MOST_RULES)
    order: str = _NEW.order
    preview_s: float = _NEW.preview_s
    priority: int = _NEW.priority
    share: int = _NEW.share
    blend: bool = _NEW.blend
    inbound_first: bool = _NEW.inbound_first
    preview_at_limit: str = _NEW.preview_at_limit
    preview_again_s: float = _NEW.preview_again_s
    no_agent: NoAgentBody = NoAgentBody()
    machines: MachinesBody = MachinesBody()
    dispositions: list[CampaignDispositionBody] = Field(default=[], max_length=MOST_RULES)
    goal: int | None = None
    at_goal: str = _NEW.at_goal
    flow_id: int | None = None
    calls_per_s: float = _NEW.calls_per_s
    later_s: float = _NEW.later_s
    keys: list[KeyBody] = Field(default=[], max_length=12)


class CampaignBody(Body):
    """All settings of a campaign; `version` is what the page read, if it changes one."""

    name: str = Field(max_length=200)
    mode: str = Field(max_length=20)
    queue_id: int
    policies: list[str] = Field(max_length=20)
    rules: RulesBody = RulesBody()
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    version: int | None = None

    def draft(self) -> CampaignDraft:
        """Give what is saved."""
        return CampaignDraft(
            self.name,
            self.mode,
            self.queue_id,
            tuple(self.policies),
            rules_of(self.rules.model_dump(exclude_none=True)),
            self.starts_at,
            self.ends_at,
        )


class StepBody(Body):
    """What is to happen to a campaign, by hand."""

    step: CampaignStep


class ListBody(Body):
    """What is to change of a list: its name, or its part in the mix of the campaign's lists; null: it stays."""

    name: str | None = Field(None, max_length=200)
    share: int | None = None


class NewListBody(Body):
    """`source` says where the people come from, such as a file's name; a `share` of 0 takes nobody from it."""

    name: str = Field(max_length=200)
    share: int = 1
    source: str = Field("", max_length=200)


class LeadsQuery(PageQuery):
    """People in one state, or whoever has this number, in whatever state."""

    state: Literal["waiting", "reserved", "dialing", "done", "barred"] = "waiting"
    list_id: int | None = None
    number: str = Field("", max_length=64)


class ProgressAnswer(OwnAnswer):
    """How many people are where; `ended` counts by why those whom nobody calls any more."""

    all: int
    waiting: int
    dialing: int
    reached: int
    not_reached: int
    barred: int
    ended: dict[str, int]


class CampaignAnswer(OwnAnswer):
    """One campaign; `steps` are those that a person may take now.

    `uncovered`: people on its lists whose country no policy of it is for, by country.
    """

    id: int
    name: str
    mode: str
    state: str
    steps: tuple[str, ...]
    queue: Named
    policies: tuple[str, ...]
    rules: dict[str, Any]
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime
    created_by_name: str | None
    version: int
    progress: ProgressAnswer
    uncovered: dict[str, int]


class PolicyAnswer(OwnAnswer):
    """A policy with what it says and where that is from; None: it says nothing of it."""

    name: str
    about: str
    about_zh: str
    sources: tuple[str, ...]
    sources_zh: tuple[str, ...]
    countries: tuple[str, ...]
    abandonment_limit_ratio: float | None
    abandonment_window: str
    connect_deadline_s: float
    rings_at_least_s: float
    hours: tuple[tuple[tuple[str, str], ...], ...] | None
    holidays: bool
    caps: tuple[dict[str, Any], ...]
    rest_after_abandoned_h: float
    asks_consent: bool
    do_not_call_age_max_days: int | None


class ChoicesAnswer(OwnAnswer):
    """What a campaign can be made of."""

    policies: tuple[PolicyAnswer, ...]
    modes: tuple[str, ...]
    orders: tuple[str, ...]
    verdicts: tuple[str, ...]
    rules: dict[str, Any]
    own_numbers: tuple[str, ...]
    prompts: tuple[str, ...]
    flows: tuple[Named, ...]


class ListAnswer(OwnAnswer):
    """One list."""

    id: int
    name: str
    source: str
    share: int
    created_at: datetime
    created_by_name: str | None
    progress: ProgressAnswer


class LeadNumberAnswer(Answer):
    """A number of somebody; `dead` is the verdict that took it out."""

    number: NumberText
    dead: OwnText | None


class LeadAnswer(Answer):
    """Somebody on a list; `why` is a code: why it is over, or what is waited for."""

    id: int
    list_id: int
    list_name: OwnText
    customer_id: int | None
    name: str
    numbers: tuple[LeadNumberAnswer, ...]
    zones: tuple[OwnText, ...]
    custom: dict[str, str]
    language: OwnText
    priority: int
    for_user_name: OwnText | None
    state: OwnText
    why: OwnText
    due_at: datetime
    attempts: int
    last_verdict: OwnText | None
    last_attempt_at: datetime | None
    consent_at: datetime | None
    consent_source: str


class LeadImportAnswer(Answer):
    """How far an import is, or how it came out: as in imports of customers; what was read is the sum of the numbers."""

    id: OwnText
    list_id: int | None
    state: OwnText
    file_name: str
    row_count: int
    done: int
    created: int
    barred: int
    known: int
    in_campaign: int
    elsewhere: int
    rejected_rows: int
    rejected: tuple[RejectedAnswer, ...]
    error: OwnText
    started_at: datetime
    ended_at: datetime | None


def progress_answer(progress: Progress) -> dict[str, Any]:
    """Build the JSON of how far it is."""
    names = ("all", "waiting", "dialing", "reached", "not_reached", "barred", "ended")
    return {name: getattr(progress, name) for name in names}


def campaign_answer(row: CampaignRow, progress: Progress, countries: Mapping[str, int]) -> dict[str, Any]:
    """Build the JSON of one campaign; `countries`: how many people came onto its lists by them."""
    return {
        "id": row.id,
        "name": row.name,
        "mode": row.mode,
        "state": row.state,
        "steps": possible_steps(row.state),
        "queue": {"id": row.queue_id, "name": row.queue_name},
        "policies": row.policies,
        "rules": document_of(row.rules),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "created_at": row.created_at,
        "created_by_name": row.created_by_name,
        "version": row.version,
        "progress": progress_answer(progress),
        "uncovered": {country: countries[country] for country in uncovered_by(row.policies, countries)},
    }


def list_answer(row: LeadListRow, progress: Progress) -> dict[str, Any]:
    """Build the JSON of one list."""
    names = ("id", "name", "source", "share", "created_at", "created_by_name")
    return {name: getattr(row, name) for name in names} | {"progress": progress_answer(progress)}


def lead_answer(row: LeadRow) -> dict[str, Any]:
    """Build the JSON of one person."""
    names = [name for name in LeadAnswer.model_fields if name != "numbers"]
    numbers = [{"number": one.display, "dead": one.dead} for one in row.numbers]
    return {name: getattr(row, name) for name in names} | {"numbers": numbers}


def import_answer(row: LeadImportRow) -> dict[str, Any]:
    """Build the JSON of one import."""
    return {name: getattr(row, name) for name in LeadImportAnswer.model_fields}
