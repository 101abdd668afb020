"""How a report counts, as it is asked for, saved and mailed."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from crm_core.domain.campaign_report import CampaignAxis, CampaignWanted
from crm_core.domain.counts import Limits
from crm_core.domain.report import Axis, Wanted
from crm_core.domain.service_level import Formula, Rule


class Choices(BaseModel):
    """How a report counts, whatever its days. The three choices after `formula` are for `genesys` alone."""

    axis: Axis
    queue_ids: tuple[int, ...] = Field(default=(), max_length=100)
    agent_ids: tuple[int, ...] = Field(default=(), max_length=500)
    team_ids: tuple[int, ...] = Field(default=(), max_length=100)
    interval_min: Literal[15, 30, 60] = 30
    formula: Formula = Formula.IGNORE_ABANDONS
    with_passed_on: bool = False
    without_short: bool = False
    without_abandons: bool = False
    threshold_s: Literal[5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300] = 20
    short_s: Literal[3, 5, 6, 10] = 6

    def wanted(self, first: date, last: date) -> Wanted:
        """Say it in the words of the CRM, for these days."""
        return Wanted(
            axis=self.axis,
            first=first,
            last=last,
            queue_ids=frozenset(self.queue_ids),
            agent_ids=frozenset(self.agent_ids),
            team_ids=frozenset(self.team_ids),
            interval_min=self.interval_min,
            limits=Limits(self.threshold_s, self.short_s),
            rule=Rule(self.formula, self.with_passed_on, self.without_short, self.without_abandons),
        )


class CampaignChoices(BaseModel):
    """A report of campaigns; no campaign: all of them."""

    axis: CampaignAxis
    campaign_ids: tuple[int, ...] = Field(default=(), max_length=200)

    def wanted(self, first: date, last: date) -> CampaignWanted:
        """Say it in the words of the CRM, for these days."""
        return CampaignWanted(self.axis, first, last, frozenset(self.campaign_ids))


def wanted_of(choices: Mapping[str, Any], first: date, last: date) -> Wanted | CampaignWanted:
    """Read choices as they were kept, of either kind: their axes say which."""
    kind = CampaignChoices if choices.get("axis") in set(CampaignAxis) else Choices
    return kind.model_validate(choices).wanted(first, last)
