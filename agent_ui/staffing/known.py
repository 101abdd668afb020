"""What is known of a campaign's list before it is planned: from its attempts, from those of the house, or not yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from agent_ui.memory import Memory
from crm_core.campaign_paces import CampaignPaces
from crm_core.campaigns import CampaignRow
from crm_core.domain.campaign_report import CampaignAxis, CampaignWanted, Figures
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.lead_lists import Progress
from cti.clock import Clock
from dialer.domain.handling_law import Handling
from dialer.domain.learned import handling_mean_s
from dialer.plan import NO_LIMIT_RATIO, plan_of
from dialer.simulation.staffing import MODES, PREDICTIVE, PROGRESSIVE

LEARNED, CAMPAIGN, HOUSE, DEFAULT = "learned", "campaign", "house", "default"
MOST_LINES = 2000
"""Of a list of nobody's nothing is known that would hold it back."""
_DAYS_BACK = 29
_ENOUGH_ATTEMPTS, _ENOUGH_TALKS = 100, 10


@dataclass(slots=True)
class StaffingKnown:
    """What a plan may begin with. `sources` says of each measured figure where it is from."""

    people: int = 1000
    agents: int = 5
    hours_per_day: float = 8.0
    talk_s: float = 90.0
    wrap_up_s: float = 15.0
    answer_ratio: float = 0.15
    machine_ratio: float = 0.24
    dead_ratio: float = 0.145
    mode: str = PREDICTIVE
    lines_per_agent: float = field(default_factory=lambda: CampaignRules().ratio)
    lines_max: int = MOST_LINES
    abandonment_limit_ratio: float = NO_LIMIT_RATIO
    sources: dict[str, str] = field(
        default_factory=lambda: dict.fromkeys(
            ("talk_s", "wrap_up_s", "answer_ratio", "machine_ratio", "dead_ratio"), DEFAULT
        )
    )

    def take(self, source: str, figures: Mapping[str, float]) -> None:
        """Take measured figures in the place of what was there."""
        for name, value in figures.items():
            setattr(self, name, value)
            self.sources[name] = source


async def staffing_known(memory: Memory, clock: Clock, campaign: CampaignRow | None) -> StaffingKnown:
    """Gather it: what is nearer to the campaign has the last word."""
    known = StaffingKnown()
    known.take(HOUSE, _measured(await _figures(memory, clock, None)))
    if campaign is None:
        return known
    known.take(CAMPAIGN, _measured(await _figures(memory, clock, campaign.id)))
    kept = await CampaignPaces(memory.database).of(campaign.id)
    for name, what in (("talk_s", Handling.TALK), ("wrap_up_s", Handling.WRAP_UP)):
        mean_s = handling_mean_s(kept, what, at_least=_ENOUGH_TALKS)
        if mean_s is not None:
            known.take(LEARNED, {name: round(mean_s, 1)})
    await _take_settings(known, memory, campaign)
    return known


async def _figures(memory: Memory, clock: Clock, campaign_id: int | None) -> Figures:
    reports = memory.campaign_reports
    today = clock.now().astimezone(reports.zone).date()
    only = frozenset() if campaign_id is None else frozenset({campaign_id})
    wanted = CampaignWanted(CampaignAxis.CAMPAIGN, today - timedelta(days=_DAYS_BACK), today, only)
    return (await reports.answer(wanted)).total.figures


def _measured(figures: Figures) -> dict[str, float]:
    found: dict[str, float] = {}
    over = (figures["attempts"] or 0) - (figures["open"] or 0)
    if over >= _ENOUGH_ATTEMPTS and figures["people"]:
        of = {"answer_ratio": "people", "machine_ratio": "machines", "dead_ratio": "dead"}
        found |= {name: round((figures[counted] or 0) / over, 4) for name, counted in of.items()}
    if (figures["talks"] or 0) >= _ENOUGH_TALKS:
        found["talk_s"] = round(figures["talk_s"] or 0.0, 1)
    return found


async def _take_settings(known: StaffingKnown, memory: Memory, campaign: CampaignRow) -> None:
    plan = plan_of(campaign)
    progress = (await memory.lead_lists.totals()).get(campaign.id, Progress())
    known.people = progress.waiting or known.people
    agents = [one for one in await memory.users.all(active_only=True) if campaign.queue_id in one.queue_ids]
    known.agents = len(agents) or known.agents
    known.mode = campaign.mode if campaign.mode in MODES else PROGRESSIVE
    known.lines_per_agent, known.lines_max = campaign.rules.ratio, campaign.rules.lines_max
    known.abandonment_limit_ratio = plan.limits.abandonment_limit_ratio
