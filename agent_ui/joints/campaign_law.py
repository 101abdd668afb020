"""What the policies of a campaign leave of its own settings: those may only be stricter."""

from collections.abc import Collection, Iterable, Sequence

from agent_ui.errors import FieldProblem
from crm_core.campaigns import CampaignDraft
from crm_core.domain.caller_id import own_key
from crm_core.domain.campaign_hours import hour_problems
from dialer.domain.calling_window import ever_open
from dialer.domain.policy import Policy, strictest, uncovered
from dialer.plan import calling_hours
from dialer.policies import known_of, load_policy, shipped_names


def known_policies() -> list[Policy]:
    """Read all that there are."""
    return [load_policy(name) for name in shipped_names()]


def uncovered_by(policies: Sequence[str], countries: Iterable[str]) -> list[str]:
    """Name the countries of which none of these policies is."""
    return uncovered(known_of(policies)[0], countries)


def asking_consent(policies: Sequence[str]) -> list[str]:
    """Name those of these policies by which only who has agreed may be called."""
    return [policy.name for policy in known_of(policies)[0] if policy.asks_consent]


def law_problems(draft: CampaignDraft, own_numbers: Sequence[str], prompts: Collection[str]) -> list[FieldProblem]:
    """Say what in these settings no policy, no number or no recording of ours is behind."""
    names = shipped_names()
    unknown = [name for name in draft.policies if name not in names]
    if unknown:
        return [FieldProblem("policies", "unknown_policy", f"There is no policy {name}.") for name in unknown]
    law, rules = strictest([load_policy(name) for name in draft.policies]), draft.rules
    problems = []
    limit = law.abandonment_limit_ratio
    if limit is not None and rules.abandonment_limit_ratio is not None and rules.abandonment_limit_ratio > limit:
        message = f"must be stricter than the policies' {limit:g}"
        problems.append(FieldProblem("rules.abandonment_limit_ratio", "not_stricter", message))
    if rules.ring_s < law.rings_at_least_s:
        message = f"must be {law.rings_at_least_s:g} s at least, by the policies"
        problems.append(FieldProblem("rules.ring_s", "too_short", message))
    problems += _hour_problems(draft)
    ours = {own_key(number) for number in own_numbers}
    if any(own_key(number) not in ours for number in rules.shown_as):
        problems.append(FieldProblem("rules.shown_as", "not_ours", "holds a number that is not one of ours"))
    for field, prompt in (("no_agent", rules.no_agent.prompt), ("machines", rules.machines.prompt)):
        if prompt is not None and prompt not in prompts:
            problems.append(FieldProblem(f"rules.{field}.prompt", "unknown_prompt", "is no recording of ours"))
    return problems


def _hour_problems(draft: CampaignDraft) -> list[FieldProblem]:
    hours = draft.rules.hours
    # what is no week is refused where all settings are looked at
    if hours is None or any(hour_problems("", hours)):
        return []
    asked = [policy.hours for policy in map(load_policy, draft.policies) if policy.hours is not None]
    if ever_open([calling_hours(hours), *asked]):
        return []
    return [FieldProblem("rules.hours", "never_open", "leaves no hour that the policies allow")]
