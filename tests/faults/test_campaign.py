"""Campaigns on the real Asterisk that are killed: at each step of an attempt, and while somebody hears a message.

How a campaign goes that nothing happens to is told by test_every_fate.
"""

import pytest

from tests.asterisk.pair import eventually
from tests.bench.seat import seat
from tests.faults.attempt_kills import ALL_TRIED_S, AttemptKills, kill_at_each_step
from tests.faults.campaigns import Book, draft_campaign
from tests.faults.counted import check_counted
from tests.faults.reading import dialed_at_the_carrier, keep_who_is_dialed
from tests.faults.town import Town

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEED = 5


async def test_killed_at_each_step_of_an_attempt_no_number_is_dialed_twice_and_no_lead_is_lost(town: Town) -> None:
    """Each lead is tried once: whatever was under way at a kill is tried again an hour later."""
    result = AttemptKills(SEED)
    try:
        await kill_at_each_step(town, result, times=1)
    finally:
        print(result)


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
    await keep_who_is_dialed(installation)
    dialed_before = await dialed_at_the_carrier(installation)
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
    dialed = await dialed_at_the_carrier(installation) - dialed_before
    check_counted(dialed, [(number, "human") for number in numbers])
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
