"""A campaign as it is at this moment: what the dialer has in its hands, and how far the database says it is."""

from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from crm_core.campaign_counts import LONG_S, CampaignCounting, CampaignCounts
from crm_core.campaigns import CampaignRow
from crm_core.domain.day import day_of
from dialer.domain.campaign import CampaignState
from dialer.domain.forecast import forecast_end
from dialer.domain.policy import strictest
from dialer.domain.setback import Setback
from dialer.domain.windows import window_of
from dialer.plan import CampaignPlan, plan_of
from dialer.run import CampaignRun
from dialer.service import Dialer

_GOING = (CampaignState.RUNNING, CampaignState.OUT_OF_HOURS)
_PUT_OFF = ("why", "policy", "until", "detail")


async def live_campaign(
    counting: CampaignCounting, dialer: Dialer, campaign: CampaignRow, zone: tzinfo, now: datetime
) -> dict[str, Any]:
    """Build it; `at_work` is None while the dialer dials nobody for it."""
    plan = plan_of(campaign)
    begins_at, ends_at = window_of(plan.policies, now.astimezone(zone))
    midnight = day_of(now, zone).begins_at
    counts = await counting.of(campaign.id, midnight, begins_at)
    run = dialer.runs.get(campaign.id)
    return {
        "at": now,
        "zone": str(zone),
        "state": campaign.state,
        "mode": campaign.mode,
        "unknown_policies": plan.unknown_policies,
        "at_work": None if run is None else {**_at_work(run), "uncounted": dialer.uncounted(campaign.id)},
        "clock_off_s": dialer.clock_off_s,
        "elsewhere": "" if dialer.lease is None else dialer.lease.elsewhere,
        "setback": _setback(dialer.setbacks.of(campaign.id)),
        "abandonment": {
            **_abandonment(plan, run, counts),
            "begins_at": max(begins_at, campaign.created_at),
            "ends_at": ends_at,
        },
        "leads": counts.leads,
        "verdicts": counts.verdicts,
        "dialed_today": counts.dialed_today,
        "next_due_at": counts.next_due_at,
        "next_why": counts.next_why,
        "forecast": _forecast(counts, now, is_going=campaign.state in _GOING),
        "conversions": counts.conversions,
        "goal": campaign.rules.goal,
        "at_goal": campaign.rules.at_goal,
        "listening": _listening(counts) if plan.is_agentless else None,
    }


def _at_work(run: CampaignRun) -> dict[str, Any]:
    pacing, progress = run.pacing, run.progress
    wait = progress.put_off
    return {
        "may_dial": run.may_dial,
        "ringing": pacing.lines.ringing + run.lines.dialed_by_hand,
        "waiting": pacing.lines.waiting,
        "talking": run.lines.connected,
        "agents_idle": pacing.agents.idle,
        "agents_present": pacing.agents.present,
        "calls": progress.pace.calls,
        "reason": progress.pace.reason.value,
        "risk_ratio": progress.pace.risk_ratio,
        "accepted_risk_ratio": progress.pace.accepted_risk_ratio,
        "dialed": progress.dialed,
        "withdrawn": progress.withdrawn,
        "given_up": run.lines.given_up,
        "nobody_due": run.hopper.nobody_due,
        "put_off": None if wait is None else {name: getattr(wait, name) for name in _PUT_OFF},
    }


def _setback(found: Setback | None) -> dict[str, Any] | None:
    return None if found is None else asdict(found)


def _abandonment(plan: CampaignPlan, run: CampaignRun | None, counts: CampaignCounts) -> dict[str, Any]:
    """The pacing's own count runs ahead of the diary by a moment."""
    people, abandoned = counts.people, counts.abandoned
    if run is not None:
        window = run.pacing.allowance.window
        people, abandoned = window.humans, window.abandoned
    return {
        "people": people,
        "abandoned": abandoned,
        "ratio": abandoned / people if people else None,
        "limit_ratio": plan.limits.abandonment_limit_ratio,
        "window": strictest(plan.policies).abandonment_window.value,
    }


def _listening(counts: CampaignCounts) -> dict[str, Any]:
    found = counts.listening
    return {
        "people": found.people,
        "listened_mean_s": found.listened_s / found.people if found.people else None,
        "long_s": LONG_S,
        "long_ratio": found.long_enough / found.people if found.people else None,
        "answers": found.answers,
    }


def _forecast(counts: CampaignCounts, now: datetime, *, is_going: bool) -> dict[str, Any]:
    """Lists that nobody works through end at no time, and none before the next person is due."""
    remaining = sum(counts.leads.get(state, 0) for state in ("waiting", "reserved", "dialing"))
    over_s = 0.0 if counts.ended_since is None else (now - counts.ended_since).total_seconds()
    ends_at = forecast_end(remaining, counts.ended, over_s, now) if is_going else None
    if ends_at is not None and counts.next_due_at is not None and counts.next_due_at > ends_at:
        ends_at = None
    return {"remaining": remaining, "ended": counts.ended, "over_s": over_s, "ends_at": ends_at}
