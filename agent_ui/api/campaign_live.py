"""A campaign at work, as its manager watches it."""

from datetime import datetime
from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.route import OwnAnswer, Route
from agent_ui.auth.permissions import Permission
from agent_ui.joints.campaign_live import live_campaign


class PutOffAnswer(OwnAnswer):
    """Who was put off last, or all: by which rule of which policy; until null: until somebody does something."""

    why: str
    policy: str
    until: datetime | None
    detail: str


class AtWorkAnswer(OwnAnswer):
    """What the dialer has in its hands; `calls` it would place now, for this reason. `dialed` since it took it up.

    `withdrawn` of those were hung up again, as no agent was left for whoever would answer; `given_up`, as an
    announcement or a tone said that nobody would.
    Not `may_dial`: what is there is finished, and nobody is dialed. `uncounted` are agents of the queue by why they are
    not counted on.
    """

    may_dial: bool
    ringing: int
    waiting: int
    talking: int
    agents_idle: int
    agents_present: int
    calls: int
    reason: str
    risk_ratio: float
    accepted_risk_ratio: float
    dialed: int
    withdrawn: int
    given_up: int
    nobody_due: bool
    put_off: PutOffAnswer | None
    uncounted: dict[str, int]


class SetbackAnswer(OwnAnswer):
    """What it was to do failed, so often in a row, last for this `cause`; nobody is dialed for it before `again_at`."""

    cause: str
    since: datetime
    failures: int
    again_at: datetime


class AbandonmentAnswer(OwnAnswer):
    """Of the people who answered within the window, those whom no agent was there for in time; None: nobody yet."""

    people: int
    abandoned: int
    ratio: float | None
    limit_ratio: float
    window: str
    begins_at: datetime
    ends_at: datetime | None


class ForecastAnswer(OwnAnswer):
    """`ended` people were done with in the last `over_s` seconds; at that pace it ends then, None: unknown."""

    remaining: int
    ended: int
    over_s: float
    ends_at: datetime | None


class ListeningAnswer(OwnAnswer):
    """Of the people who were in the flow of a campaign without agents: how long they listened, and what they chose.

    Listened until the last key that they pressed, if they pressed any. `long_ratio` of them did for `long_s`.
    """

    people: int
    listened_mean_s: float | None
    long_s: float
    long_ratio: float | None
    answers: dict[str, int]


class LiveAnswer(OwnAnswer):
    """With `unknown_policies` it dials nobody; `zone` is the house's, by whose days is counted.

    `leads` by state, `verdicts`: the last one of each person, both up to a few seconds old.
    `clock_off_s`: how far the machine's calendar is ahead of the time that Callroom goes by, which nears it slowly.
    `elsewhere`: the Callroom that dials for this database instead of this one; "": none.
    `conversions`: calls whose disposition means success; `goal`: so many are aimed at, and
    `at_goal` what becomes of the campaign then.
    """

    at: datetime
    zone: str
    state: str
    mode: str
    unknown_policies: tuple[str, ...]
    at_work: AtWorkAnswer | None
    clock_off_s: float
    elsewhere: str
    setback: SetbackAnswer | None
    abandonment: AbandonmentAnswer
    leads: dict[str, int]
    verdicts: dict[str, int]
    dialed_today: int
    next_due_at: datetime | None
    next_why: str
    forecast: ForecastAnswer
    conversions: int
    goal: int | None
    at_goal: str
    listening: ListeningAnswer | None


async def show_campaign_live(ask: Ask) -> dict[str, Any]:
    """Show what it does now, and how far it is."""
    parts = ask.parts
    campaign = await parts.memory.campaigns.get(ask.number("campaign_id"))
    return await live_campaign(
        parts.memory.campaign_counting, parts.dialer, campaign, parts.config.telephone.zone, parts.clock.now()
    )


ROUTES = [
    Route(
        method="GET",
        path="/campaigns/{campaign_id:int}/live",
        permission=Permission.MANAGE_CAMPAIGNS,
        handler=show_campaign_live,
        summary="What a campaign does now",
        answer=LiveAnswer,
    ),
]
