"""What campaigns' attempts came to, as figures: by campaign, list, time, disposition or the number that was shown.

Each attempt is in one class: a person answered, or else what its verdict says. A ratio of nothing is None.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from crm_core.domain.report import ratio

Tally = dict[str, float]
Figures = dict[str, int | float | None]
MOST_DAYS = 366


class CampaignAxis(StrEnum):
    """By what it is told; no value is one of reports of calls."""

    CAMPAIGN = "campaign"
    LIST = "campaign_list"
    HOUR = "campaign_hour"
    DAY = "campaign_day"
    DISPOSITION = "campaign_disposition"
    CALLER_ID = "campaign_caller_id"
    AGENT = "campaign_agent"


OF_TIME = frozenset({CampaignAxis.HOUR, CampaignAxis.DAY})
OF_LEADS = frozenset({CampaignAxis.CAMPAIGN, CampaignAxis.LIST})
"""Their lines are sets of people, so it is known of how many people."""
HUMAN = "human"
NO_PERSONS = frozenset({"machine", "voicemail", "fax"})
"""Also where an agent was connected, and it was said that it was no person: the abandonment limit is not about them."""
CLASSES: Mapping[str, frozenset[str]] = {
    "machines": frozenset({"machine", "voicemail", "screening", "fax"}),
    "busy": frozenset({"busy"}),
    "no_answer": frozenset({"no_answer"}),
    "dead": frozenset({"unallocated", "number_changed"}),
}
"""Verdicts of attempts that no person answered; every other one is "other"."""
COUNTED = ("attempts", "answers", "abandoned", "unserved", "talks", "ended_talks", "talk_s", "disposed", "converted")
OF_AGENTS = ("attempts", "people", "talks", "talk_total_s", "talk_s", "disposed", "converted", "conversion_ratio")
"""Figures that say something of an agent; whom nobody was connected with is none of theirs."""
OF_PEOPLE_ASKED = ("leads", "leads_dialed", "leads_reached")
WITH_ATTEMPTS = frozenset(
    {"attempts", "people", *CLASSES, "other", "open", "abandoned", "unserved", "talks", "disposed", "converted"}
)
"""Figures that are numbers of attempts, and can be looked at."""


@dataclass(frozen=True, slots=True)
class CampaignWanted:
    """Which report; both days included. No campaigns chosen: all of them."""

    axis: CampaignAxis
    first: date
    last: date
    campaign_ids: frozenset[int] = frozenset()


def class_of(verdict: str | None) -> str:
    """Name the class of an attempt that no person answered; "open" as long as nothing is known of it."""
    if verdict is None:
        return "open"
    return next((name for name, verdicts in CLASSES.items() if verdict in verdicts), "other")


def tally_of(verdict: str | None, counted: Mapping[str, float]) -> Tally:
    """Put attempts of one verdict into their classes; `answers`: connected or abandoned, as the law counts people."""
    answers = 0 if verdict in NO_PERSONS else counted["answers"]
    people = counted["attempts"] if verdict == HUMAN else answers
    tally = {name: counted[name] for name in COUNTED} | {"people": people, "answers": answers}
    tally["abandoned"] = min(answers, counted["abandoned"])
    rest = counted["attempts"] - people
    return tally | {class_of(verdict): rest} if rest else tally


def add_up(tallies: Collection[Mapping[str, float]]) -> Tally:
    """Return the sum."""
    names = sorted({name for tally in tallies for name in tally})
    return {name: sum(tally.get(name, 0) for tally in tallies) for name in names}


def figures_of(tally: Mapping[str, float], leads: Mapping[str, float] | None) -> Figures:
    """Return the figures of a line; `leads` as in OF_PEOPLE_ASKED, None where lines are no sets of people."""
    names = ("attempts", "people", *CLASSES, "other", "open", "abandoned", "unserved")
    whole = {name: int(tally.get(name, 0)) for name in names}
    talks, converted, talk_s = int(tally.get("talks", 0)), int(tally.get("converted", 0)), tally.get("talk_s", 0.0)
    found: Figures = {
        **whole,
        "answer_ratio": ratio(whole["people"], whole["attempts"]),
        "abandon_ratio": ratio(whole["abandoned"], tally.get("answers", 0)),
        "talks": talks,
        "talk_total_s": round(talk_s, 3),
        "talk_s": ratio(talk_s, tally.get("ended_talks", 0)),
        "disposed": int(tally.get("disposed", 0)),
        "converted": converted,
        "conversion_ratio": ratio(converted, whole["people"]),
    }
    asked = leads or {}
    for name in OF_PEOPLE_ASKED:
        found[name] = int(asked.get(name, 0)) if leads is not None else None
    found["penetration_ratio"] = ratio(asked.get("leads_reached", 0), asked.get("leads", 0))
    found["attempts_per_lead"] = ratio(whole["attempts"], asked.get("leads_dialed", 0))
    return found


def moment_key(axis: CampaignAxis, at: datetime, zone: tzinfo) -> int | date:
    """Return the line of a moment: what clocks show, or the day."""
    local = at.astimezone(zone)
    return local.hour if axis is CampaignAxis.HOUR else local.date()
