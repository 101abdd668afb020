"""What one call is in the tables of reports, and what it adds to the sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

from crm_core.domain.agent_sums import share_sums
from crm_core.domain.quarters import quarter_of
from crm_core.domain.sums import Lines, Outcome, Sums, Tally, add, sums_of
from crm_core.reports.reading import CountedCall

Scope = tuple[Lines, Lines]
Cell = tuple[str, date, int, str, Scope, int]  # axis, day, slot, label, lines, clock
AgentCell = tuple[date, int, int]  # day, agent, line (0: none)
NO_LINE = 0
INTERVAL, DAY, NUMBER, DISPOSITION = "interval", "day", "number", "disposition"


@dataclass(frozen=True, slots=True)
class StayRow:
    """A row of `report_stays`, whose lines are not numbered yet."""

    scope: Scope
    values: Mapping[str, Any]


@dataclass(slots=True)
class Delta:
    """What becomes more or less in the sums."""

    calls: dict[Cell, Sums] = field(default_factory=dict)
    agents: dict[AgentCell, Sums] = field(default_factory=dict)

    def add_stay(self, stay: StayRow, times: int = 1) -> None:
        """Add a call's row to the sums of its quarter, day, number and disposition, or take it away."""
        row, sums = stay.values, sums_of(_tally(stay))
        places = (
            (INTERVAL, row["slot"], "", row["clock"]),
            (DAY, 0, "", 0),
            (NUMBER, 0, row["dialed"], 0),
            (DISPOSITION, 0, row["disposition"], 0),
        )
        for axis, slot, label, clock in places:
            add(self.calls.setdefault((axis, row["day"], slot, label, stay.scope, clock), {}), sums, times)

    def add_share(self, row: Mapping[str, Any], times: int = 1) -> None:
        """Add an agent's share, or take it away."""
        cell = row["day"], row["agent_id"], row["queue_id"]
        add(self.agents.setdefault(cell, {}), row["sums"], times)


def stay_rows(call: CountedCall, zone: tzinfo) -> list[StayRow]:
    """Return the call's rows, one for each set of its lines."""
    return [StayRow((tally.path, tally.lines), _stay(call, tally, zone)) for tally in call.tallies]


def _stay(call: CountedCall, tally: Tally, zone: tzinfo) -> dict[str, Any]:
    quarter = quarter_of(tally.since, zone)
    return {
        "call_id": call.call_id,
        "day": quarter.day,
        "slot": quarter.slot,
        "clock": quarter.clock,
        "since": tally.since,
        "dialed": call.dialed,
        "disposition": call.disposition,
        "outcome": tally.outcome.value,
        "wait_s": tally.wait_s,
        "handled": tally.handled,
        "rating": tally.rating,
        "work": tally.work,
    }


def share_rows(call: CountedCall, zone: tzinfo) -> list[dict[str, Any]]:
    """Return what each agent did in it; it is of the day on which the call came into that line."""
    days = {tally.lines[0]: tally.since for tally in call.tallies if len(tally.lines) == 1}
    handled = {tally.lines[0]: tally.handled for tally in call.tallies if len(tally.lines) == 1}
    rows = []
    for (line, agent_id), share in call.work.shares.items():
        since = call.started_at if line is None else days.get(line, call.started_at)
        with_times = not call.is_open or (line is not None and handled.get(line, False))
        rows.append(
            {
                "call_id": call.call_id,
                "agent_id": agent_id,
                "queue_id": line or NO_LINE,
                "day": quarter_of(since, zone).day,
                "sums": share_sums(share, is_outbound=call.is_outbound and line is None, with_times=with_times),
            }
        )
    return rows


def _tally(stay: StayRow) -> Tally:
    path, lines = stay.scope
    row = stay.values
    outcome, since = Outcome(row["outcome"]), row["since"]
    return Tally(path, lines, since, outcome, row["wait_s"], row["handled"], row["work"], row["rating"])


def words_of(lines: Iterable[int]) -> str:
    """Write a set of lines as the table has it."""
    return ",".join(map(str, lines))


def lines_of(words: str) -> Lines:
    """Read it."""
    return tuple(int(word) for word in words.split(",") if word)
