"""Plans of staff: what a list takes with so many agents, found out beside everything else; each person has one."""

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.problems import invalid
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError, FieldProblem
from agent_ui.reporting.making import write_apart
from agent_ui.reporting.media_types import MEDIA_TYPES
from agent_ui.staffing.job import StaffingJob
from agent_ui.staffing.known import staffing_known
from agent_ui.staffing.sheet import staffing_sheet
from crm_core.campaigns import CampaignRow
from crm_core.domain.campaign_rules import CampaignRules
from dialer.domain.pace_words import PaceLimits
from dialer.plan import plan_of, retries_of
from dialer.simulation.staffing import StaffingWanted

MOST_AGENTS, MOST_NUMBERS = 200, 8
Agents = Annotated[int, Field(ge=1, le=MOST_AGENTS)]
Share = Annotated[float, Field(ge=0, le=0.95)]


class StaffingBody(Body):
    """What is known of a list; the numbers of agents to try. Shares are of the attempts of a first pass.

    Of the campaign are the rules that it has no field for here: retries, ringing time, the policies' deadline.
    `lines_per_agent` is for each free agent in the mode `ratio`; `lines_max` may ring at once.
    """

    campaign_id: int | None = None
    people: int = Field(ge=1, le=10_000_000)
    agents: tuple[Agents, ...] = Field(min_length=1, max_length=MOST_NUMBERS)
    hours_per_day: float = Field(ge=0.5, le=24)
    talk_s: float = Field(ge=5, le=3600)
    wrap_up_s: float = Field(ge=0, le=1800)
    answer_ratio: float = Field(ge=0.005, le=0.95)
    machine_ratio: Share
    dead_ratio: Share
    mode: Literal["predictive", "progressive", "ratio"]
    lines_per_agent: float = Field(ge=1, le=10)
    lines_max: int = Field(ge=1, le=2000)
    abandonment_limit_ratio: float = Field(ge=0, le=1)

    def wanted(self, campaign: CampaignRow | None) -> StaffingWanted:
        """Say it in the words of the simulation."""
        if self.answer_ratio + self.machine_ratio + self.dead_ratio > 1:
            message = "answers, machines and dead numbers are more than all attempts"
            raise invalid([FieldProblem("dead_ratio", "shares_over", message)])
        own = self.model_dump(exclude={"campaign_id", "lines_max", "abandonment_limit_ratio"})
        rules = CampaignRules() if campaign is None else campaign.rules
        plan = None if campaign is None else plan_of(campaign)
        limits = PaceLimits(
            self.abandonment_limit_ratio,
            PaceLimits().connect_deadline_s if plan is None else plan.limits.connect_deadline_s,
            rules.lines_per_agent_max,
            self.lines_max,
        )
        ring_s = rules.ring_s if plan is None else plan.ring_s
        return StaffingWanted(**own, ring_s=ring_s, limits=limits, retries=retries_of(rules))


class KnownQuery(Body):
    """Of which campaign; None: of a list that is nowhere yet."""

    campaign_id: int | None = None


class FileQuery(Body):
    """A file of it."""

    format: Literal["csv", "xlsx"]
    language: Literal["zh", "en"] = "zh"


class KnownAnswer(OwnAnswer):
    """What a plan may begin with. `sources` of the measured figures: learned, campaign, house or default."""

    people: int
    agents: int
    hours_per_day: float
    talk_s: float
    wrap_up_s: float
    answer_ratio: float
    machine_ratio: float
    dead_ratio: float
    mode: str
    lines_per_agent: float
    lines_max: int
    abandonment_limit_ratio: float
    sources: dict[str, str]


class StaffingLineAnswer(OwnAnswer):
    """With so many agents. `hours` of calling are work; `days` are more where people wait between attempts by rule.

    `lines_peak` were in use at once, talks included; with `lines_full` more lines would make it faster.
    """

    agents: int
    hours: float
    days: float
    waits_for_rules: bool
    agent_hours: float
    lines_peak: int
    lines_full: bool
    occupancy_ratio: float
    abandonment_ratio: float
    attempts: int
    contacts: int
    contacts_per_hour: float


class StaffingAnswer(OwnAnswer):
    """`state`: none, waiting, running, ready, failed, cancelled; lines come as they are ready.

    `house_lines_max` may be in use for all campaigns together; 0: no limit.
    """

    state: str
    done_ratio: float
    error: str
    campaign_id: int | None
    asked: dict[str, Any] | None
    lines: tuple[StaffingLineAnswer, ...]
    house_lines_max: int


_NONE = {"state": "none", "done_ratio": 0.0, "error": "", "campaign_id": None, "asked": None, "lines": ()}


async def show_staffing_known(ask: Ask) -> object:
    """Show what is known before anything is simulated."""
    query: KnownQuery = ask.query
    return await staffing_known(ask.parts.memory, ask.parts.clock, await _campaign(ask, query.campaign_id))


async def start_staffing(ask: Ask) -> dict[str, Any]:
    """Begin; the person's plan of before is forgotten."""
    body: StaffingBody = ask.body
    wanted = body.wanted(await _campaign(ask, body.campaign_id))
    return _answer(ask, ask.parts.staffing.want(ask.me.user_id, wanted, body.campaign_id))


async def show_staffing(ask: Ask) -> dict[str, Any]:
    """Show one's own plan, and how far it is."""
    return _answer(ask, ask.parts.staffing.of(ask.me.user_id))


async def cancel_staffing(ask: Ask) -> None:
    """Stop it; the lines that are ready stay."""
    ask.parts.staffing.cancel(ask.me.user_id)


async def download_staffing(ask: Ask) -> web.Response:
    """Its lines as a file."""
    query: FileQuery = ask.query
    job = ask.parts.staffing.of(ask.me.user_id)
    if job is None or not job.lines:
        raise ApiError(409, "staffing_not_ready", "No plan is ready: start one first.")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"staffing.{query.format}"
        await write_apart(path, staffing_sheet(job.lines, query.language), _tell_nobody)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"', "Cache-Control": "no-store"}
    return web.Response(body=content, content_type=MEDIA_TYPES[path.suffix], headers=headers)


async def _tell_nobody(_rows: int) -> None:
    """A few lines need no progress."""


async def _campaign(ask: Ask, campaign_id: int | None) -> CampaignRow | None:
    return None if campaign_id is None else await ask.parts.memory.campaigns.get(campaign_id)


def _answer(ask: Ask, job: StaffingJob | None) -> dict[str, Any]:
    house = {"house_lines_max": ask.parts.config.telephone.campaign_lines_max}
    if job is None:
        return _NONE | house
    wanted = asdict(job.wanted)
    names = set(StaffingBody.model_fields) & set(wanted)
    asked = {name: wanted[name] for name in names} | {
        "lines_max": job.wanted.limits.lines_max,
        "abandonment_limit_ratio": job.wanted.limits.abandonment_limit_ratio,
    }
    return {
        "state": job.state.value,
        "done_ratio": job.done_ratio,
        "error": job.error,
        "campaign_id": job.campaign_id,
        "asked": asked,
        "lines": [asdict(line) for line in job.lines],
        **house,
    }


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(
        method=method,
        path=f"/staffing{path}",
        permission=Permission.MANAGE_CAMPAIGNS,
        handler=handler,
        summary=summary,
        **more,
    )


ROUTES = [
    _route("GET", "/known", show_staffing_known, "What a plan may begin with", query=KnownQuery, answer=KnownAnswer),
    _route("POST", "", start_staffing, "Plan a list", body=StaffingBody, answer=StaffingAnswer, status=202),
    _route("GET", "", show_staffing, "One's own plan", answer=StaffingAnswer),
    _route("DELETE", "", cancel_staffing, "Stop one's own plan"),
    _route("GET", "/file", download_staffing, "Its lines as a file", query=FileQuery, raw=True),
]
