"""A campaign's settings in the words of the decisions: policies, limits, retry rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from crm_core.campaigns import CampaignRow
from crm_core.domain.campaign_hours import DAY_END, Spans
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.domain.campaign_words import AGENTLESS
from cti.domain.attempt_words import AttemptTerms
from cti.domain.values import Overflow, OverflowAction
from dialer.domain.clearance import Law
from dialer.domain.pace_words import PaceLimits
from dialer.domain.policy import MIDNIGHT_AGAIN, CallingHours, Policy, Span, strictest
from dialer.domain.retry import Plan, RetryRule, Which
from dialer.domain.verdict import Verdict
from dialer.domain.who_answered import MachineRule, MachineTerms
from dialer.policies import known_of

NO_LIMIT_RATIO = 0.03
"""Where no policy and no manager names a limit: the best known one, rather than none."""
SORRY = "campaign_sorry"
"""The prompt that ships for whom no agent was there in time."""


OWN_HOURS = "campaign"
"""By the name of this policy it is told that a campaign's own hours say no."""


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What holds for a campaign just now; one with `unknown_policies` must not dial, as nobody knows what they ask."""

    campaign: CampaignRow
    policies: tuple[Policy, ...]
    unknown_policies: tuple[str, ...]
    limits: PaceLimits
    retries: Plan
    ring_s: float
    connect_within_s: float
    rings_at_least_s: float = 0.0
    """Also where nobody is left for whoever would answer."""
    registers: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def law(self) -> Law:
        """What has to be kept: every policy, and the campaign's own hours as one more."""
        hours = self.campaign.rules.hours
        own = () if hours is None else (Policy(OWN_HOURS, "the campaign's own hours", (), hours=calling_hours(hours)),)
        return Law((*self.policies, *own), self.registers)

    def terms(self, language: str, listen_port: int = 0) -> AttemptTerms:
        """What is done with whoever answers."""
        campaign, rule = self.campaign, self.campaign.rules.no_agent
        action = OverflowAction(rule.action)
        prompt = (rule.prompt or SORRY) if action is OverflowAction.MESSAGE else None
        instead = Overflow(action, prompt)
        flow_id = campaign.rules.flow_id if self.is_agentless else None
        return AttemptTerms(
            campaign.id,
            campaign.queue_id,
            self.connect_within_s,
            instead,
            language,
            listen_port,
            flow_id=flow_id,
            listens_on=self.machines.rule is not MachineRule.OFF,
        )

    @property
    def machines(self) -> MachineTerms:
        """What is done about machines that answer; a flow speaks from the first word on, and waits for no beep."""
        wanted = self.campaign.rules.machines
        rule = MachineRule(wanted.action)
        if rule is MachineRule.MESSAGE and self.is_agentless:
            rule = MachineRule.CONNECT
        return MachineTerms(rule, wanted.prompt or "")

    @property
    def is_agentless(self) -> bool:
        """Whoever answers is in a flow, and no agent is needed."""
        return self.campaign.mode == AGENTLESS


def plan_of(campaign: CampaignRow, registers: Mapping[str, datetime] | None = None) -> CampaignPlan:
    """Read it; by policies that ask for a register which is not among these nobody may be called."""
    policies, unknown = known_of(campaign.policies)
    most, rules = strictest(policies), campaign.rules
    limits = [one for one in (most.abandonment_limit_ratio, rules.abandonment_limit_ratio) if one is not None]
    return CampaignPlan(
        campaign,
        policies,
        unknown,
        PaceLimits(
            min(limits, default=NO_LIMIT_RATIO), most.connect_deadline_s, rules.lines_per_agent_max, rules.lines_max
        ),
        retries_of(rules),
        max(rules.ring_s, most.rings_at_least_s),
        most.connect_deadline_s,
        most.rings_at_least_s,
        registers or {},
    )


def calling_hours(hours: Sequence[Spans]) -> CallingHours:
    """Read the campaign's own; holidays are the policies' affair."""
    return CallingHours(tuple(tuple(Span(_clock(since), _clock(until)) for since, until in day) for day in hours))


def _clock(text: str) -> time:
    return MIDNIGHT_AGAIN if text == DAY_END else time.fromisoformat(text)


def retries_of(rules: CampaignRules) -> Plan:
    """Read what comes after each outcome."""
    found = tuple(
        RetryRule(
            frozenset(Verdict(word) for word in one.verdicts),
            tuple(timedelta(seconds=pause_s) for pause_s in one.after_s),
            one.attempts_max,
            Which(one.which),
            one.kills_number_after,
        )
        for one in rules.retries
    )
    return Plan(found, rules.attempts_max)
