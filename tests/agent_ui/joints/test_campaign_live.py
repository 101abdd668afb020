"""A campaign as its manager sees it: dialed by the real dialer on a real floor, in time that a test turns."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_ui.joints.campaign_live import live_campaign
from crm_core.audit import SYSTEM
from crm_core.campaign_counts import CampaignCounting
from crm_core.campaigns import CampaignDraft
from crm_core.domain.campaign_rules import KeyRule
from crm_core.leases import Leases
from crm_core.storage.database import Database
from cti.domain.attempt_words import AttemptKeyPressed
from cti.domain.events import AgentWentNotReady, CallLeft
from cti.domain.values import EndReason
from dialer.lease import DialerLease
from tests.crm_core.conftest import database, sqlite_template, url
from tests.dialer.conftest import dialect, house
from tests.dialer.house import LONDON, House

__all__ = ["Database", "database", "dialect", "house", "sqlite_template", "url"]
A, B = "+447911123456", "+447911123457"


async def live(house: House) -> dict[str, Any]:
    counting = CampaignCounting(house.database, house.stage.clock)
    return await live_campaign(counting, house.dialer, await house.row(), LONDON, house.now)


async def test_before_it_begins_nothing_is_in_its_hands(house: House) -> None:
    await house.add(A)
    seen = await live(house)
    assert (seen["state"], seen["mode"], seen["at_work"]) == ("draft", "progressive", None)
    assert (seen["leads"], seen["forecast"]["ends_at"]) == ({"waiting": 1}, None)
    limit = seen["abandonment"]
    assert (limit["limit_ratio"], limit["window"], limit["ratio"]) == (0.03, "rolling_30_days", None)
    begun = (await house.row()).created_at
    assert seen["zone"] == "Europe/London"
    assert limit["begins_at"] == begun, "the window is longer than the campaign is old"
    assert house.now < limit["ends_at"]


async def test_lines_people_and_the_reason_of_the_pace(house: House) -> None:
    await house.add(A)
    await house.add(B)
    await house.start()
    await house.step()
    assert (await live(house))["at_work"]["reason"] == "no_agents"
    house.stage.ready(11)
    await house.step()
    seen = (await live(house))["at_work"]
    assert (seen["ringing"], seen["talking"], seen["agents_idle"], seen["agents_present"]) == (1, 0, 1, 1)
    assert (seen["dialed"], seen["reason"]) == (1, "as_set")
    assert (seen["may_dial"], seen["uncounted"]) == (True, {})
    house.talks()
    await house.step()
    seen = await live(house)
    assert (seen["at_work"]["ringing"], seen["at_work"]["talking"], seen["at_work"]["agents_idle"]) == (0, 1, 0)
    assert (seen["abandonment"]["people"], seen["abandonment"]["ratio"]) == (1, 0.0)
    assert (seen["dialed_today"], seen["leads"]) == (1, {"waiting": 1, "dialing": 1})


async def test_what_fails_is_shown_with_its_cause_and_when_it_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.add(A)
    await house.start()
    await house.step()
    assert (await live(house))["setback"] is None

    async def dial(_spare: int | None = None) -> bool:
        raise ValueError("one line\nand another")

    monkeypatch.setattr(house.dialer.runs[house.campaign_id], "dial", dial)
    await house.step(1)
    at = house.now
    assert (await live(house))["setback"] == {
        "cause": "ValueError: one line",
        "since": at,
        "failures": 1,
        "again_at": at + timedelta(seconds=1),
    }


async def test_a_paused_campaign_shows_what_is_left_and_who_is_not_counted_on(house: House) -> None:
    await house.add(A)
    await house.start()
    house.stage.ready(11, 12)
    await house.step()
    house.talks()
    await house.step()
    await house.campaigns.take_step(house.campaign_id, "running", "paused", SYSTEM)
    house.stage.tell(AgentWentNotReady(12, "lunch"))
    await house.step(1)
    seen = (await live(house))["at_work"]
    assert (seen["may_dial"], seen["talking"], seen["uncounted"]) == (False, 1, {"paused": 1})


async def test_when_it_ends_at_this_pace(house: House) -> None:
    for number in (A, B):
        await house.add(number)
    await house.start()
    house.stage.ready(11)
    await house.step()
    first = house.last()
    house.stage.wait(120.0)
    house.ends(1, 404, first)
    await house.settle()
    await house.database.write(
        lambda connection: connection.exec_driver_sql("update leads set state='done' where last_attempt_at is not null")
    )
    seen = (await live(house))["forecast"]
    assert (seen["remaining"], seen["ended"]) == (1, 1)
    assert seen["ends_at"] == house.now + timedelta(seconds=seen["over_s"])
    await house.campaigns.take_step(house.campaign_id, "running", "paused", SYSTEM)
    paused = (await live(house))["forecast"]
    assert (paused["remaining"], paused["ends_at"]) == (1, None), "nobody works through them"


async def test_lists_do_not_end_before_the_next_person_is_due(house: House) -> None:
    await house.add(A)
    await house.add(B, due_at=house.now + timedelta(hours=5))
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.stage.wait(120.0)
    house.ends(1, 404)
    await house.settle()
    await house.database.write(
        lambda connection: connection.exec_driver_sql("update leads set state='done' where last_attempt_at is not null")
    )
    seen = (await live(house))["forecast"]
    assert (seen["remaining"], seen["ended"], seen["ends_at"]) == (1, 1, None)


async def test_a_clock_that_was_set_is_told(house: House) -> None:
    assert (await live(house))["clock_off_s"] == 0
    house.policy.wall_off = timedelta(hours=-2)
    assert (await live(house))["clock_off_s"] == -7200


async def test_that_another_callroom_dials_is_told(house: House) -> None:
    assert (await live(house))["elsewhere"] == ""
    leases = Leases(house.database)
    await leases.take("dialer", "node-2:/srv/callroom", 60.0)
    house.dialer.lease = DialerLease(leases, "node-1:/srv/callroom", lambda: 1.0)
    await house.dialer.look_if_ours()
    assert (await live(house))["elsewhere"] == "node-2:/srv/callroom"


async def test_who_was_put_off_and_until_when(house: House) -> None:
    house.stage.clock.advance(14 * 3600.0)
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    seen = await live(house)
    put_off = seen["at_work"]["put_off"]
    assert (put_off["why"], put_off["policy"]) == ("closed", "us-ftc")
    assert (seen["next_due_at"], seen["next_why"]) == (put_off["until"], "closed")


async def test_a_policy_that_is_gone_is_named_and_a_register_that_is_too_old_told(house: House) -> None:
    await house.add(A)
    await house.registers.note("us-ftc", house.now - timedelta(days=40), "FTC", SYSTEM)
    await house.start()
    house.stage.ready(11)
    await house.step()
    put_off = (await live(house))["at_work"]["put_off"]
    assert put_off == {"why": "register_old", "policy": "us-ftc", "until": None, "detail": ""}
    row = await house.row()
    draft = CampaignDraft(row.name, row.mode, row.queue_id, ("nowhere",), row.rules)
    await house.campaigns.change(row.id, row.version, draft, SYSTEM)
    await house.step(1)
    assert (await live(house))["unknown_policies"] == ("nowhere",)
    assert house.dialed() == []


async def test_without_agents_it_shows_what_people_chose_and_how_long_they_listened(
    database: Database, tmp_path: Path
) -> None:
    house = House(database, tmp_path)
    await house.open("agentless", keys=(KeyRule("2", "later"),))
    for number in (A, B):
        await house.add(number)
    await house.start()
    await house.step()
    assert (await live(house))["listening"] == {
        "people": 0,
        "listened_mean_s": None,
        "long_s": 10,
        "long_ratio": None,
        "answers": {},
    }
    for keys, listens_s in (("2", 12.0), ("", 4.0)):
        house.answers()
        await house.settle()
        house.stage.wait(listens_s)
        call_id = house.last().call_id
        house.stage.tell(*(AttemptKeyPressed(call_id, key) for key in keys), CallLeft(call_id, EndReason.FLOW_ENDED))
        await house.settle()
        await house.step(5)
    seen = (await live(house))["listening"]
    assert (seen["people"], seen["listened_mean_s"], seen["long_ratio"]) == (2, 8.0, 0.5)
    assert seen["answers"] == {"later": 1, "no_key": 1}
