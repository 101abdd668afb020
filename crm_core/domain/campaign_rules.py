"""What a manager may set of a campaign beyond its columns: as it is stored, and what makes no sense.

Modes, verdicts and states are the words of `dialer.domain`, which this package does not see.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from crm_core.domain.campaign_hours import Problem, Spans, hour_problems, hours_of

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
ORDERS = ("priority", "newest", "oldest", "random")
WHICH = ("same", "next")
IN_TURN, NEAREST = "turn", "nearest"
SHOWN_BY = (IN_TURN, NEAREST)
NO_AGENT_ACTIONS = ("message", "hang_up")
AT_LIMIT = ("dial", "give_back")
GO_ON = "go_on"
AT_GOAL = (GO_ON, "pause", "finish")
LEAVE_MESSAGE = "message"
MACHINE_ACTIONS = ("off", "connect", "hang_up", LEAVE_MESSAGE)
SUCCESS, CALLBACK, NEVER, NOT_A_PERSON = "success", "callback", "never", "not_a_person"
KEYS = tuple("0123456789*#")
KEY_MEANINGS = ("later", "remove", "remove_everywhere")
ANSWERING_MACHINE = "answering_machine"
"""A disposition of every campaign: nobody was there. One of its own that means the same stands in its place."""
MEANINGS = ("", SUCCESS, CALLBACK, NEVER, NOT_A_PERSON)
_OF_ROUTE = ("congestion", "route_fault", "network_blocked")
_OF_NUMBER = ("rejected", "powered_off", "out_of_service", "unallocated", "number_changed", "barred")
_OF_WHO_ANSWERED = ("human", "machine", "voicemail", "screening", "fax", "silence", "abandoned")
VERDICTS = frozenset({"busy", "no_answer", "lost", *_OF_WHO_ANSWERED, *_OF_NUMBER, *_OF_ROUTE})
MOST_RULES, MOST_DELAYS, MOST_ATTEMPTS, MOST_SHOWN = 40, 10, 50, 200
MOST_SHOWN_CALLS = 100_000
SHORTEST_DELAY_S, LONGEST_DELAY_S = 60.0, 60 * DAY_S


@dataclass(frozen=True, slots=True)
class RetryRule:
    """`after_s`: one delay for each repetition, the last for all further ones; `attempts_max` counts such verdicts.

    `kills_number_after`: so many of them on one number and it is dead; None: never.
    """

    verdicts: tuple[str, ...]
    after_s: tuple[float, ...]
    attempts_max: int
    which: str = "next"
    kills_number_after: int | None = None


@dataclass(frozen=True, slots=True)
class NoAgentRule:
    """What somebody hears for whom no agent was there in time; `prompt` None: the one that ships."""

    action: str = "message"
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class MachinesRule:
    """What is done about machines that answer; `prompt` is left as a message. The default hangs up on nobody."""

    action: str = "connect"
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class CampaignDisposition:
    """One that agents may choose after the campaign's calls, and what it means for the lead; "": nothing."""

    code: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class KeyRule:
    """What a key means for the person in a campaign without agents."""

    key: str
    means: str


DEFAULT_RETRIES = (
    RetryRule(("busy",), (300.0,), 3, "same"),
    RetryRule(("no_answer",), (2 * HOUR_S,), 6),
    RetryRule(("voicemail", "machine", "screening"), (4 * HOUR_S,), 4),
    RetryRule(("rejected",), (DAY_S,), 2, "same"),
    RetryRule(("powered_off",), (4 * HOUR_S,), 4),
    RetryRule(("out_of_service",), (DAY_S,), 3),
    RetryRule(_OF_ROUTE, (600.0,), 6, "same"),
    RetryRule(("unallocated", "number_changed"), (DAY_S,), 4, kills_number_after=2),
    RetryRule(("fax",), (HOUR_S,), 4, kills_number_after=2),
    RetryRule(("abandoned",), (3 * DAY_S,), 2, "same"),
    RetryRule(("silence", "lost"), (HOUR_S,), 3, "same"),
)


@dataclass(frozen=True, slots=True)
class CampaignRules:
    """The defaults are those of a new campaign.

    `lines_max`: ringing at once, in all. `ratio`: lines for each free agent, in that mode alone.
    `abandonment_limit_ratio` may only be stricter than that of the policies. `shown_as`: numbers of ours, by
    `shown_by` in turn or the nearest to who is called; none: the trunk's own. No number is shown for more than
    `shown_per_hour` and `shown_per_day` calls of campaigns (None: no such cap). `hours`: its own, narrower than the
    policies'; None: only theirs. `dispositions`: those of the campaign; none: the house's. `goal`: successes aimed
    at, and `at_goal` what becomes of the campaign then.
    Without agents, who answers is in the flow `flow_id`, `calls_per_s` are placed, and `keys` mean something; "later"
    is after `later_s`. A verdict that no rule of `retries` names ends the lead.
    Agents and lines that several campaigns want go to the highest `priority`, and among equals by `share`. With `blend`
    agents who also have lines of callers are counted on; `inbound_first`: not while those need them.
    Who is shown to an agent for `preview_s` is dialed then, or given back and not shown for `preview_again_s`.
    """

    ring_s: float = 25.0
    lines_max: int = 20
    lines_per_agent_max: float = 10.0
    ratio: float = 1.5
    abandonment_limit_ratio: float | None = None
    shown_as: tuple[str, ...] = ()
    shown_by: str = IN_TURN
    shown_per_hour: int | None = None
    shown_per_day: int | None = None
    hours: tuple[Spans, ...] | None = None
    attempts_max: int = 8
    retries: tuple[RetryRule, ...] = DEFAULT_RETRIES
    order: str = "priority"
    preview_s: float = 30.0
    priority: int = 50
    share: int = 1
    blend: bool = True
    inbound_first: bool = True
    preview_at_limit: str = "give_back"
    preview_again_s: float = 1800.0
    no_agent: NoAgentRule = field(default_factory=NoAgentRule)
    machines: MachinesRule = field(default_factory=MachinesRule)
    dispositions: tuple[CampaignDisposition, ...] = ()
    goal: int | None = None
    at_goal: str = GO_ON
    flow_id: int | None = None
    calls_per_s: float = 1.0
    later_s: float = DAY_S
    keys: tuple[KeyRule, ...] = ()

    def meaning_of(self, disposition: str) -> str:
        """What it means for the lead, in this campaign."""
        every = NOT_A_PERSON if disposition == ANSWERING_MACHINE else ""
        return next((one.means for one in self.dispositions if one.code == disposition), every)


def rules_of(document: Mapping[str, Any]) -> CampaignRules:
    """Read what `document_of` wrote; what is not in it is as it is in a new campaign."""
    values = _known(CampaignRules, document)
    if "shown_as" in values:
        values["shown_as"] = tuple(values["shown_as"])
    if values.get("hours") is not None:
        values["hours"] = hours_of(values["hours"])
    if "retries" in values:
        values["retries"] = tuple(_retry(each) for each in values["retries"])
    if "dispositions" in values:
        known = [_known(CampaignDisposition, each) for each in values["dispositions"]]
        values["dispositions"] = tuple(CampaignDisposition(**each) for each in known)
    if "keys" in values:
        values["keys"] = tuple(KeyRule(**_known(KeyRule, each)) for each in values["keys"])
    if "no_agent" in values:
        values["no_agent"] = NoAgentRule(**_known(NoAgentRule, values["no_agent"]))
    if "machines" in values:
        values["machines"] = MachinesRule(**_known(MachinesRule, values["machines"]))
    return CampaignRules(**values)


def _retry(document: Mapping[str, Any]) -> RetryRule:
    values = _known(RetryRule, document)
    return RetryRule(**values | {name: tuple(values[name]) for name in ("verdicts", "after_s")})


def _known(kind: type[Any], document: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in document.items() if name in names}


def document_of(rules: CampaignRules) -> dict[str, Any]:
    """Write it as JSON, which has no tuples."""
    document = asdict(rules)
    document["shown_as"] = list(rules.shown_as)
    if rules.hours is not None:
        document["hours"] = [[list(span) for span in day] for day in rules.hours]
    document["dispositions"], document["keys"] = list(document["dispositions"]), list(document["keys"])
    document["retries"] = [
        {**asdict(rule), "verdicts": list(rule.verdicts), "after_s": list(rule.after_s)} for rule in rules.retries
    ]
    return document


def rule_problems(rules: CampaignRules) -> Iterator[Problem]:
    """Give field, code and sentence of each thing that cannot be."""
    limits = (
        ("ring_s", rules.ring_s, 15, 120),
        ("lines_max", rules.lines_max, 1, 2000),
        ("lines_per_agent_max", rules.lines_per_agent_max, 1, 50),
        ("ratio", rules.ratio, 1, 10),
        ("attempts_max", rules.attempts_max, 1, MOST_ATTEMPTS),
        ("calls_per_s", rules.calls_per_s, 0.01, 100),
        ("later_s", rules.later_s, SHORTEST_DELAY_S, LONGEST_DELAY_S),
        ("preview_s", rules.preview_s, 5, HOUR_S),
        ("priority", rules.priority, 0, 100),
        ("share", rules.share, 1, 100),
        ("preview_again_s", rules.preview_again_s, SHORTEST_DELAY_S, LONGEST_DELAY_S),
    )
    for name, value, least, most in limits:
        yield from _range(f"rules.{name}", value, least, most)
    if rules.abandonment_limit_ratio is not None:
        yield from _range("rules.abandonment_limit_ratio", rules.abandonment_limit_ratio, 0, 1)
    yield from _choice("rules.order", rules.order, ORDERS)
    yield from _choice("rules.preview_at_limit", rules.preview_at_limit, AT_LIMIT)
    yield from _choice("rules.at_goal", rules.at_goal, AT_GOAL)
    yield from _choice("rules.no_agent.action", rules.no_agent.action, NO_AGENT_ACTIONS)
    yield from _machine_problems(rules.machines)
    yield from _disposition_problems(rules.dispositions)
    yield from _key_problems(rules.keys)
    if rules.goal is not None:
        yield from _range("rules.goal", rules.goal, 1, 10_000_000)
    yield from _shown_problems(rules)
    if rules.hours is not None:
        yield from hour_problems("rules.hours", rules.hours)
    if len(rules.retries) > MOST_RULES:
        yield "rules.retries", "too_many", f"at most {MOST_RULES} fit"
    named: set[str] = set()
    for place, rule in enumerate(rules.retries):
        path = f"rules.retries.{place}"
        yield from _retry_problems(path, rule)
        if named.intersection(rule.verdicts):
            yield f"{path}.verdicts", "duplicate", "is in an earlier rule"
        named.update(rule.verdicts)


def _shown_problems(rules: CampaignRules) -> Iterator[Problem]:
    if len(rules.shown_as) > MOST_SHOWN:
        yield "rules.shown_as", "too_many", f"at most {MOST_SHOWN} fit"
    yield from _choice("rules.shown_by", rules.shown_by, SHOWN_BY)
    for name, most in (("shown_per_hour", rules.shown_per_hour), ("shown_per_day", rules.shown_per_day)):
        if most is not None:
            yield from _range(f"rules.{name}", most, 1, MOST_SHOWN_CALLS)


def _machine_problems(machines: MachinesRule) -> Iterator[Problem]:
    yield from _choice("rules.machines.action", machines.action, MACHINE_ACTIONS)
    if machines.action == LEAVE_MESSAGE and machines.prompt is None:
        yield "rules.machines.prompt", "missing", "says what is left as a message"


def _disposition_problems(dispositions: tuple[CampaignDisposition, ...]) -> Iterator[Problem]:
    if len(dispositions) > MOST_RULES:
        yield "rules.dispositions", "too_many", f"at most {MOST_RULES} fit"
    for place, one in enumerate(dispositions):
        yield from _choice(f"rules.dispositions.{place}.means", one.means, MEANINGS)
    if len({one.code for one in dispositions}) < len(dispositions):
        yield "rules.dispositions", "duplicate", "holds one twice"


def _key_problems(keys: tuple[KeyRule, ...]) -> Iterator[Problem]:
    for place, one in enumerate(keys):
        yield from _choice(f"rules.keys.{place}.key", one.key, KEYS)
        yield from _choice(f"rules.keys.{place}.means", one.means, KEY_MEANINGS)
    if len({one.key for one in keys}) < len(keys):
        yield "rules.keys", "duplicate", "holds one twice"


def _retry_problems(path: str, rule: RetryRule) -> Iterator[Problem]:
    if not rule.verdicts:
        yield f"{path}.verdicts", "missing", "says for which outcomes it is"
    for verdict in rule.verdicts:
        yield from _choice(f"{path}.verdicts", verdict, sorted(VERDICTS))
    if not 0 < len(rule.after_s) <= MOST_DELAYS:
        yield f"{path}.after_s", "too_many", f"must be 1 to {MOST_DELAYS} delays"
    for after_s in rule.after_s:
        yield from _range(f"{path}.after_s", after_s, SHORTEST_DELAY_S, LONGEST_DELAY_S)
    yield from _range(f"{path}.attempts_max", rule.attempts_max, 1, MOST_ATTEMPTS)
    yield from _choice(f"{path}.which", rule.which, WHICH)
    if rule.kills_number_after is not None:
        yield from _range(f"{path}.kills_number_after", rule.kills_number_after, 2, MOST_ATTEMPTS)


def _range(path: str, value: float, least: float, most: float) -> Iterator[Problem]:
    if not least <= value <= most:
        yield path, "out_of_range", f"must be from {least:g} to {most:g}"


def _choice(path: str, value: str, allowed: tuple[str, ...] | list[str]) -> Iterator[Problem]:
    if value not in allowed:
        yield path, "unknown_choice", f"must be one of: {', '.join(allowed)}"
