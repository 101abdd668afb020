"""Three hundred people with every fate of the telephone network, five agents, predictive, on the real Asterisk.

Who hears whom is told by tones: each agent hums one, and so do people who then repeat what they hear.
"""

import io
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from pydub import AudioSegment

from cti.asterisk.pstn import FATES as ALL_FATES
from tests.faults.callees import AGAIN_AFTER, FATES, HUMS, LISTED_EACH, PEOPLE, Callee, callees
from tests.faults.campaign_run import Run, campaign_run
from tests.faults.counted import check_counted
from tests.faults.desk_crew import BEEP_HZ, DeskAgent, Shown
from tests.faults.hearing import has, strange, tones_of
from tests.faults.town import Town

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEED = 5
RINGS_S, CONNECT_WITHIN_S, LIMIT_RATIO = 15.0, 2.0, 0.03
# What a busy machine may cost; how the limit is kept is shown by the simulation.
CONNECTED_RATIO = 0.9
# The announcement of an empty number lasts longer, and so does what a mailbox says before its beep.
ANNOUNCED_S, GREETED_S = 8.0, 9.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def run(town: Town) -> AsyncIterator[Run]:
    async with campaign_run(town, callees(SEED)) as run:
        verdicts = Counter((one["number"][-2:], one["verdict"]) for one in run.log)
        print(
            f"{len(run.people)} people, {run.dialed.total()} dialed in {run.took_s:.0f} s: {sorted(verdicts.items())}"
        )
        print(f"talks on screens: {len(run.shown())}, of these {len(hummed(run))} who hum")
        yield run


def hummed(run: Run) -> list[tuple[DeskAgent, Shown, Callee]]:
    return [(agent, shown, who) for agent, shown, who in run.shown() if who.ending == HUMS]


def seconds(one: dict[str, Any], since: str, until: str) -> float:
    return (datetime.fromisoformat(one[until]) - datetime.fromisoformat(one[since])).total_seconds()


def verdict_of(who: Callee, attempt: dict[str, Any]) -> str:
    """By the fate alone; whoever answered and had no agent in time was abandoned."""
    if who.ending in PEOPLE and attempt["agent"] is None:
        return "abandoned"
    return FATES[who.ending][0]


async def test_the_story_has_every_fate() -> None:
    assert FATES.keys() == {fate.ending for fate in ALL_FATES}


async def test_nobody_is_dialed_twice_and_nobody_lost(run: Run) -> None:
    assert (run.imported["created"], run.imported["barred"]) == (len(run.people) - LISTED_EACH, LISTED_EACH)
    assert run.leads.keys() == {one.number for one in run.people}
    assert run.attempts.keys() == {one.number for one in run.dialable}
    assert len(run.log) == len(run.dialable)
    assert run.dialed.total() == len(run.log), "each was seen to its end"
    check_counted(run.dialed, [(one["number"], one["verdict"]) for one in run.log])


async def test_every_attempt_has_the_verdict_of_its_fate_by_its_signs(run: Run) -> None:
    for who in run.dialable:
        attempt = run.attempts[who.number]
        assert (attempt["verdict"], attempt["sip_code"]) == (verdict_of(who, attempt), FATES[who.ending][1]), attempt
        assert any(sign["verdict"] == attempt["verdict"] for sign in attempt["evidence"]), attempt
        assert (attempt["agent"] is None) == (attempt["connected_at"] is None)
        assert attempt["checks"]["policies"] == ["us-ftc"]
        assert attempt["checks"]["do_not_call"] == "not_listed"


async def test_what_rings_is_given_the_time_of_the_law_and_what_is_heard_is_acted_on(run: Run) -> None:
    """Announcements end a call before the network does, and mailboxes have a message after their beep.

    For whatever answers while no agent is free the law's message begins after two seconds, in mailboxes, too.
    """
    for who in run.dialable:
        attempt = run.attempts[who.number]
        if who.ending == "03":
            assert seconds(attempt, "rang_at", "ended_at") >= RINGS_S
        elif who.ending == "06":
            assert attempt["end_reason"] == "no_such_number"
            assert seconds(attempt, "planned_at", "ended_at") < ANNOUNCED_S
        elif who.ending == "07":
            assert attempt["end_reason"] == ("flow_ended" if attempt["agent"] is None else "message_left")
            assert attempt["agent"] is None or seconds(attempt, "answered_at", "ended_at") > GREETED_S


async def test_who_had_no_agent_in_time_was_abandoned_by_the_law_and_nobody_else(run: Run) -> None:
    people = [run.attempts[who.number] for who in run.dialable if who.ending in PEOPLE]
    for attempt in people:
        waited_s = seconds(attempt, "answered_at", "connected_at" if attempt["connected_at"] else "ended_at")
        assert attempt["abandoned"] == (waited_s >= CONNECT_WITHIN_S - 0.05), attempt
    assert not any(one["abandoned"] for one in run.log if one not in people)
    assert sum(one["connected_at"] is not None for one in people) >= CONNECTED_RATIO * len(people)


async def test_every_lead_has_its_next_step_by_the_retry_rules(run: Run) -> None:
    for who in run.dialable:
        attempt, lead = run.attempts[who.number], run.leads[who.number]
        verdict = attempt["verdict"]
        assert (lead["attempts"], lead["last_verdict"], lead["why"]) == (1, verdict, verdict)
        assert [number["dead"] for number in lead["numbers"]] == [None], "one sign alone marks no number dead"
        assert lead["state"] == ("done" if verdict == "human" else "waiting"), lead
        if verdict != "human":
            planned_at = datetime.fromisoformat(attempt["planned_at"])
            assert datetime.fromisoformat(lead["due_at"]) - planned_at == AGAIN_AFTER[verdict], lead


async def test_agents_and_people_hear_each_other_and_nobody_else(run: Run) -> None:
    """Who hums does so first, and then repeats what they hear: an agent's own tone has been at the other end."""
    heard_whom = 0
    for agent, shown, who in hummed(run):
        assert shown.until is not None
        heard = agent.hearing.tones(shown.since, shown.until)
        assert not strange(heard, who.hz, agent.hz, BEEP_HZ), (agent.login, who, heard)
        assert has(heard, agent.hz), (agent.login, who, heard)
        assert has(heard, who.hz) or run.attempts[who.number]["abandoned"], (agent.login, who, heard)
        heard_whom += 1
    connected = [one for one in run.dialable if one.ending == HUMS and run.attempts[one.number]["agent"]]
    assert heard_whom == len(connected)
    for agent, shown, who in run.shown():
        if who.ending != HUMS:
            heard = agent.hearing.tones(shown.since, shown.until or 0.0)
            others = [one.hz for one in run.agents]
            assert not any(has(heard, hz) for hz in others), (agent.login, who, heard)


async def test_the_call_on_the_screen_is_that_of_the_log_and_its_agent(run: Run) -> None:
    ids = {one["id"]: one for one in run.log}
    on_screens = Counter((shown.call_id, who.number, agent.login) for agent, shown, who in run.shown())
    logged = Counter(
        (call_id, who.number, run.attempts[who.number]["agent"]["name"])
        for who in run.dialable
        if (call_id := run.attempts[who.number]["id"]) and run.attempts[who.number]["agent"]
    )
    assert on_screens == logged
    for call_id, call in run.talks.items():
        assert call["number"] == ids[call_id]["number"]
        assert call["direction"] == "outbound"
        assert call["talked_s"] > 0
        assert call["agent_name"] == ids[call_id]["agent"]["name"]


async def test_each_talk_is_recorded_with_both_sides(run: Run) -> None:
    by_login = {agent.login: agent for agent in run.agents}
    for who in run.dialable:
        attempt = run.attempts[who.number]
        if attempt["agent"] is None:
            continue
        (recording,) = run.talks[attempt["id"]]["recordings"]
        assert recording["state"] == "ready", recording
        if who.ending != HUMS:
            continue
        sound = AudioSegment.from_file(io.BytesIO(await run.admin.download(f"/recordings/{recording['id']}/audio")))
        sides = [side.set_frame_rate(8000).get_array_of_samples() for side in sound.split_to_mono()]
        theirs, ours = (tones_of(np.array(side, dtype=float)) for side in sides)
        hz = by_login[attempt["agent"]["name"]].hz
        assert not strange(ours, hz), (who, ours)
        assert has(ours, hz), (who, ours)
        assert not strange(theirs, who.hz, hz), (who, theirs)
        assert has(theirs, who.hz) or attempt["abandoned"], (who, theirs)


async def test_timelines_of_customers_have_their_calls(run: Run) -> None:
    for who in run.people:
        if who.customer_id is None:
            assert run.leads[who.number]["customer_id"] is None
            continue
        assert run.leads[who.number]["customer_id"] == who.customer_id
        lines = (await run.admin.ask("GET", f"/customers/{who.customer_id}/timeline"))["items"]
        calls = [line["call"] for line in lines if line["kind"] == "call"]
        if who.listed:
            assert not calls
            continue
        attempt = run.attempts[who.number]
        assert [(call["id"], call["direction"]) for call in calls] == [(attempt["id"], "outbound")]
        assert (calls[0]["talked_s"] > 0) == (attempt["agent"] is not None), calls


@pytest.mark.parametrize("how", ["before", "imported", "customer", "meanwhile"])
async def test_who_must_not_be_called_was_not_and_it_says_why(run: Run, how: str) -> None:
    listed = [one for one in run.people if one.listed == how]
    assert len(listed) == LISTED_EACH
    for who in listed:
        lead = run.leads[who.number]
        assert (lead["state"], lead["why"], lead["attempts"]) == ("barred", "do_not_call", 0), lead
        why = await run.admin.ask("GET", f"{run.path}/leads/{lead['id']}/why")
        assert "do_not_call" in [reason["rule"] for reason in why["reasons"]], why


async def test_the_compliance_report_says_what_the_attempts_say(run: Run) -> None:
    days = (await run.admin.ask("GET", f"{run.path}/compliance?{run.days()}"))["items"]
    (day,) = days
    people = [run.attempts[who.number] for who in run.dialable if who.ending in PEOPLE]
    abandoned = sum(one["abandoned"] for one in people)
    rang_out = [run.attempts[who.number] for who in run.dialable if who.ending == "03"]
    assert (day["attempts"], day["people"], day["abandoned"]) == (len(run.log), len(people), abandoned)
    assert (day["rang_out"], day["rang_long_enough"], day["rang_too_short"]) == (len(rang_out), len(rang_out), 0)
    assert day["window_ratio"] == pytest.approx(abandoned / len(people))
    assert day["broken"] == (["abandonment"] if abandoned > LIMIT_RATIO * len(people) else [])


async def test_the_page_s_figures_are_those_of_the_log(run: Run) -> None:
    live = await run.admin.ask("GET", f"{run.path}/live")
    assert Counter(live["verdicts"]) == Counter(one["verdict"] for one in run.log)
    progress = (await run.admin.ask("GET", run.path))["progress"]
    states = Counter(lead["state"] for lead in run.leads.values())
    assert (progress["all"], progress["waiting"], progress["barred"]) == (
        len(run.people),
        states["waiting"],
        states["barred"],
    )
    assert progress["reached"] == states["done"]
