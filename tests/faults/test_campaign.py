"""A campaign that dials on the real Asterisk: every fate of the telephone network, agents who take who answers."""

import asyncio
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from dialer.listening.shelf import Shelf
from tests.asterisk.pair import eventually
from tests.bench.seat import seat
from tests.faults.campaigns import Book, draft_campaign
from tests.faults.crew import Manners, crew
from tests.faults.reading import calls_at_the_carrier
from tests.faults.town import Town

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEED = 5
ROUNDS = 4
ALL_TRIED_S = 120.0
# the announcement of an empty number lasts longer, and so does what a mailbox says before its beep
ANNOUNCED_S, GREETED_S = 6.0, 9.0
KILLS, BETWEEN_S = 5, (0.0, 3.0)
# By the last two digits (cti.asterisk.pstn): the verdict, and what becomes of the lead.
FATES = {
    "00": ("human", "done"),
    "02": ("busy", "waiting"),
    "03": ("no_answer", "waiting"),
    "04": ("rejected", "waiting"),
    "05": ("unallocated", "waiting"),
    "06": ("unallocated", "waiting"),
    "08": ("human", "done"),
    "09": ("rejected", "waiting"),
    "10": ("congestion", "waiting"),
}


async def test_every_fate_ends_with_its_verdict_and_next_step(town: Town) -> None:
    installation, book = town.installation, Book(town)
    async with seat(installation, "admin") as admin:
        (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
    numbers = [f"+86138{place:04}02{ending}" for place, ending in enumerate([*FATES] * ROUNDS)]
    campaign_id = draft_campaign(book, line["id"], numbers)
    async with crew(installation, town.passwords_of(4), SEED, Manners((0.05, 0.1), (2.0, 4.0))) as agents:
        book.change("update campaigns set state='running' where id=?", campaign_id)

        async def all_tried() -> bool:
            query = "select count(*) from leads where campaign_id=? and (attempts=0 or state='dialing')"
            return book.rows(query, campaign_id) == [(0,)]

        await eventually(all_tried, ALL_TRIED_S, "every lead was tried")
        book.change("update campaigns set state='finished' where id=?", campaign_id)
        await town.quiet()
        names = {agent.me["name"] for agent in agents}
    found = book.rows(
        "select substr(a.number, -2), a.verdict, l.state, l.attempts, a.agent_id is not null from attempts a"
        " join leads l on l.id=a.lead_id where a.campaign_id=?",
        campaign_id,
    )
    expected = [
        (ending, verdict, state, 1, int(verdict == "human")) for ending, (verdict, state) in FATES.items()
    ] * ROUNDS
    assert Counter(found) == Counter(expected)
    async with seat(installation, "admin") as admin:
        items = (await admin.ask("GET", "/calls?limit=100&direction=outbound"))["items"]
        logged = (await admin.ask("GET", f"/campaigns/{campaign_id}/attempts?limit=200"))["items"]
        live = await admin.ask("GET", f"/campaigns/{campaign_id}/live")
        day = datetime.now(UTC).date()  # noqa: TID251 - written by the server in real time
        days = f"first={day - timedelta(days=1)}&last={day + timedelta(days=1)}"
        judged = (await admin.ask("GET", f"/campaigns/{campaign_id}/compliance?{days}"))["items"]
    assert Counter(live["verdicts"]) == Counter(one["verdict"] for one in logged)
    assert sum(line["attempts"] for line in judged) == len(logged) == len(numbers)
    assert [line["rang_too_short"] for line in judged] == [0]
    assert [(line["outside_hours"], line["over_caps"], line["list_unchecked"]) for line in judged] == [(0, 0, 0)]
    talked = [one for one in items if one["number"].replace(" ", "").endswith(("0200", "0208")) and one["talked_s"]]
    assert len(talked) == 2 * ROUNDS
    assert {one["agent_name"] for one in talked} <= names
    checks = book.rows("select checks, answered_at is null or connected_at is not null from attempts")
    assert all(json.loads(str(one))["policies"] == ["us-ftc"] and connected for one, connected in checks)


async def test_killed_again_and_again_no_number_is_dialed_twice_and_no_lead_is_lost(town: Town) -> None:
    """Each lead is tried once: whatever was under way at a kill is tried again an hour later."""
    installation, book, dice = town.installation, Book(town), random.Random(SEED)
    async with seat(installation, "admin") as admin:
        (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
    numbers = [f"+86137{place:04}02{ending}" for place, ending in enumerate(["00", "02", "08", "06", "04"] * 10)]
    campaign_id = draft_campaign(book, line["id"], numbers)
    dialed_before = await calls_at_the_carrier(installation)
    async with crew(installation, town.passwords_of(4), SEED, Manners((0.05, 0.1), (1.0, 3.0))):
        book.change("update campaigns set state='running' where id=?", campaign_id)
        met = Counter[object]()
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(*BETWEEN_S))
            query = "select state, count(*) from attempts where campaign_id=? and verdict is null group by 1"
            met.update(dict(book.rows(query, campaign_id)))
            await town.kill_callroom()

        async def all_tried() -> bool:
            query = "select count(*) from leads where campaign_id=? and (attempts=0 or state='dialing')"
            return book.rows(query, campaign_id) == [(0,)]

        await eventually(all_tried, ALL_TRIED_S, "every lead was tried")
        book.change("update campaigns set state='finished' where id=?", campaign_id)
        await town.quiet()
    dialed = await calls_at_the_carrier(installation) - dialed_before
    print(f"met {dict(met)}; {dialed} calls at the carrier for {len(numbers)} leads")
    assert met, "no attempt was under way at any kill"
    assert book.rows("select count(*), count(distinct lead_id) from attempts where campaign_id=?", campaign_id) == [
        (len(numbers), len(numbers))
    ]
    assert dialed <= len(numbers), "a number was dialed twice"
    verdicts = Counter(book.rows("select verdict from attempts where campaign_id=?", campaign_id))
    assert verdicts[(None,)] == 0, "each has its verdict"
    assert dialed >= len(numbers) - verdicts[("lost",)], "what has a verdict of the network was dialed"


async def test_what_is_heard_ends_hopeless_calls_and_leaves_mailboxes_a_message(town: Town) -> None:
    """The simulator announces empty numbers before it clears the line, and has mailboxes; both are in the library."""
    installation, book = town.installation, Book(town)
    shelf, sounds = Shelf(installation.home / "lines"), installation.pstn.layout.sounds
    shelf.add("unallocated-simulator", "empty", sounds / "unallocated.wav")
    shelf.add("mailbox-simulator", "voicemail", sounds / "voicemail.wav")
    await town.kill_callroom()  # the library is read at the start
    async with seat(installation, "admin") as admin:
        (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
    numbers = [f"+86136{place:04}{ending}" for place, ending in enumerate(["0206", "0206", "0207", "0207", "0600"])]
    machines = {"action": "message", "prompt": "campaign_sorry"}
    campaign_id = draft_campaign(book, line["id"], numbers, "progressive", machines=machines)
    async with crew(installation, town.passwords_of(2), SEED, Manners((0.05, 0.1), (5.0, 6.0))):
        book.change("update campaigns set state='running' where id=?", campaign_id)

        async def all_settled() -> bool:
            query = "select count(*) from attempts where campaign_id=? and verdict is not null"
            return book.rows(query, campaign_id) == [(len(numbers),)]

        await eventually(all_settled, ALL_TRIED_S, "every number was heard")
        book.change("update campaigns set state='finished' where id=?", campaign_id)
        await town.quiet()
    found = book.rows(
        "select substr(a.number, -2), a.verdict, a.end_reason, a.sip_code, a.abandoned, l.state, a.evidence,"
        " (julianday(a.ended_at) - julianday(coalesce(a.answered_at, a.planned_at))) * 86400"
        " from attempts a join leads l on l.id=a.lead_id where a.campaign_id=? order by 1",
        campaign_id,
    )
    print([row[:6] + row[7:] for row in found])
    person, empty, mailbox = found[0], found[1:3], found[3:]
    assert (*person[:2], *person[4:6]) == ("00", "human", 0, "done")
    assert person[2] in ("agent_hung_up", "caller_hung_up"), "nobody who speaks is hung up on"
    for row in empty:
        # the carrier would have said 404 after its announcement
        assert row[:6] == ("06", "unallocated", "no_such_number", None, 0, "waiting")
        assert "unallocated-simulator" in str(row[6])
        assert float(str(row[7])) < ANNOUNCED_S
    for row in mailbox:
        assert row[:6] == ("07", "voicemail", "message_left", None, 0, "waiting"), row
        assert "mailbox-simulator" in str(row[6])
        assert float(str(row[7])) > GREETED_S


async def test_a_message_without_agents_what_is_pressed_there_and_a_kill_meanwhile(town: Town) -> None:
    """Numbers that end in 12 press 1 a second after they answer; nobody has an agent, and nobody is abandoned.

    Callroom is killed while they hear what comes after the key: the message begins anew, and the key holds.
    """
    installation, book = town.installation, Book(town)
    menu = {"type": "menu", "prompt": "main_menu", "options": {"1": "more"}, "timeout_s": 2, "retries": 0}
    menu |= {"invalid_prompt": "invalid_choice", "on_timeout": "bye", "on_invalid": "bye"}
    more = menu | {"options": {"1": "bye"}, "timeout_s": 10}
    body = {"start": "ask", "nodes": {"ask": menu, "more": more, "bye": {"type": "hang_up", "prompt": "goodbye"}}}
    async with seat(installation, "admin") as admin:
        (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
        flow = await admin.ask("POST", "/flows", {"name": "Message", "body": body})
    # the first digits of the ending are the seconds that they stay
    numbers = [f"+86135{place:04}{ending}" for place, ending in enumerate(["6012", "0202", "6012", "0201"])]
    keys = [{"key": "1", "means": "later"}]
    rules = {"flow_id": flow["id"], "calls_per_s": 4.0, "keys": keys, "later_s": 7200.0}
    campaign_id = draft_campaign(book, line["id"], numbers, "agentless", **rules)
    dialed_before = await calls_at_the_carrier(installation)
    book.change("update campaigns set state='running' where id=?", campaign_id)

    async def both_pressed() -> bool:
        query = "select count(*) from attempts where campaign_id=? and keys='1' and ended_at is null"
        return book.rows(query, campaign_id) == [(2,)]

    await eventually(both_pressed, ALL_TRIED_S, "both pressed their key, and listen on")
    await town.kill_callroom()

    async def all_settled() -> bool:
        query = "select count(*) from attempts where campaign_id=? and verdict is not null"
        return book.rows(query, campaign_id) == [(4,)]

    await eventually(all_settled, ALL_TRIED_S, "everybody was called")
    book.change("update campaigns set state='finished' where id=?", campaign_id)
    assert await calls_at_the_carrier(installation) - dialed_before == len(numbers), "nobody is dialed again"
    found = book.rows(
        "select substr(a.number, -2), a.verdict, a.keys, a.response, a.abandoned, a.listened_ms > 500, l.state, l.why,"
        " count(*) from attempts a join leads l on l.id=a.lead_id where a.campaign_id=? group by 1,2,3,4,5,6,7,8",
        campaign_id,
    )
    assert found == [
        ("01", "human", None, None, 0, 1, "done", "human", 1),
        ("02", "busy", None, None, 0, None, "waiting", "busy", 1),
        ("12", "human", "1", "later", 0, 1, "waiting", "callback", 2),
    ]
    ended = book.rows("select distinct end_reason from attempts where campaign_id=? and keys='1'", campaign_id)
    assert ended == [("flow_ended",)], "they heard the message to its end, after the kill"
