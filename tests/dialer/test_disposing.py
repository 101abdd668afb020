"""What agents say of campaigns' calls, and what comes of it for leads, the do-not-call list and the pacing."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from crm_core.attempt_dispositions import AttemptDispositions, Said
from crm_core.audit import SYSTEM
from crm_core.domain.campaign_rules import CampaignDisposition
from crm_core.models import Attempt
from crm_core.storage.database import Database
from crm_core.users import Users
from cti.domain.commands import RingAgent
from cti.domain.events import AgentDisposed, AgentWentReady, LegEnded
from dialer.disposing import Disposing
from tests.crm_core.people import person
from tests.dialer.house import House

A, ANN = "+447911123456", 11
WORDS = tuple(
    CampaignDisposition(code, means)
    for code, means in (
        ("sold", "success"),
        ("later", "callback"),
        ("stop", "never"),
        ("machine", "not_a_person"),
        ("talked", ""),
    )
)


class Listed:
    def __init__(self) -> None:
        self.numbers: list[tuple[str, int | None]] = []
        self.refuses = ""

    async def list_number(self, number: str, by_user_id: int | None) -> str:
        self.numbers.append((number, by_user_id))
        return self.refuses


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    await made.open(dispositions=WORDS)
    return made


class After:
    """A call that an agent had, and what was made of what they said."""

    def __init__(self, house: House) -> None:
        self.house, self.listed = house, Listed()
        self.said = AttemptDispositions(house.database)
        self.disposing = Disposing(
            self.said, house.leads, house._plan_of, self.listed, house.dialer.not_a_person, lambda: house.now
        )

    async def talk(self) -> str:
        await self.house.start()
        self.house.stage.ready(ANN)
        await self.house.step()
        self.house.talks()
        await self.house.step(5)
        return self.house.last().call_id

    async def hang_up(self) -> None:
        self.house.ends(16)
        self.house.stage.tell(LegEnded(self.house.stage.last(RingAgent).leg_id, 16))
        await self.house.settle()

    async def say(self, call_id: str, said: Said) -> Any:
        assert await self.house.database.write(self.said.noting(call_id, said))
        await self.disposing.look()
        return await self.row(call_id)

    async def row(self, call_id: str) -> Any:
        async with self.house.database.reading() as connection:
            return (await connection.execute(select(Attempt).where(Attempt.attempt_id == call_id))).one()


@pytest.fixture
def after(house: House) -> After:
    return After(house)


async def test_success_is_counted_and_ends_the_matter(house: House, after: After) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    row = await after.say(call_id, Said("sold", converted=True))
    lead = await house.lead_row(lead_id)
    assert (row.disposition, row.open_disposition, row.converted) == ("sold", None, True)
    assert (lead.state, lead.why) == ("done", "success")


@pytest.mark.parametrize("whose", [None, ANN], ids=["anyone", "mine"])
async def test_a_callback_waits_for_its_time_and_whom_it_is_for(
    house: House, after: After, whose: int | None, database: Database
) -> None:
    await person(database, ANN, "ann")
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    at = house.now + timedelta(hours=2)
    await after.say(call_id, Said("later", again_at=at, again_for=whose))
    lead = await house.lead_row(lead_id)
    assert (lead.state, lead.why, lead.due_at, lead.for_user_id) == ("waiting", "callback", at, whose)
    assert lead.next_number_id is not None


async def test_a_callback_of_who_has_left_the_house_is_anybody_s(
    house: House, after: After, database: Database
) -> None:
    await person(database, ANN, "ann")
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    at = house.now + timedelta(hours=2)
    await Users(database, house.stage.clock, ()).change(ANN, None, {"active": False}, SYSTEM)
    await after.say(call_id, Said("later", again_at=at, again_for=ANN))
    lead = await house.lead_row(lead_id)
    assert (lead.state, lead.due_at, lead.for_user_id) == ("waiting", at, None)


async def test_never_again_is_never_and_for_all_campaigns(house: House, after: After) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    await after.say(call_id, Said("stop"))
    lead = await house.lead_row(lead_id)
    assert (lead.state, lead.why, after.listed.numbers) == ("barred", "asked_not_to", [(A, ANN)])


async def test_a_number_that_the_list_refuses_is_known_to_whoever_asks(
    house: House, after: After, caplog: pytest.LogCaptureFixture
) -> None:
    after.listed.refuses = "not_a_phone"
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    row = await after.say(call_id, Said("stop"))
    lead = await house.lead_row(lead_id)
    assert (lead.state, lead.why) == ("barred", "asked_not_to_unlisted")
    assert row.evidence[-1]["sign"] == "not put on the do-not-call list: not_a_phone"
    assert len(row.evidence) == 2, "and who was there"
    (record,) = [one for one in caplog.records if one.name == "dialer.disposing"]
    assert (record.__dict__["attempt_id"], record.__dict__["refused"]) == (call_id, "not_a_phone")


async def test_not_a_person_is_a_machine_for_rules_and_pacing(house: House, after: After) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    run = house.dialer.runs[house.campaign_id]
    await after.hang_up()
    assert run.pacing.allowance.window.humans == 1
    row = await after.say(call_id, Said("machine"))
    lead = await house.lead_row(lead_id)
    assert (row.verdict, lead.state, lead.last_verdict) == ("machine", "waiting", "machine")
    assert lead.due_at == row.planned_at + timedelta(hours=4)
    assert run.pacing.allowance.window.humans == 0
    assert (await house.attempts.answers(house.campaign_id, datetime.min.replace(tzinfo=house.now.tzinfo))).people == 0
    await after.say(call_id, Said("machine"))
    assert run.pacing.allowance.window.humans == 0, "said twice it counts once"


async def test_every_campaign_s_word_for_machines_does_the_same(house: House, after: After) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    run = house.dialer.runs[house.campaign_id]
    await after.hang_up()
    heard = {"kind": "listening", "verdict": "voicemail", "sign": "a voice", "confidence_ratio": 0.7}
    change = update(Attempt).where(Attempt.attempt_id == call_id).values(evidence=[heard])
    await house.database.write(lambda connection: connection.execute(change))
    row = await after.say(call_id, Said("answering_machine"))
    lead = await house.lead_row(lead_id)
    assert (row.verdict, lead.state, lead.last_verdict) == ("voicemail", "waiting", "voicemail"), "as was heard"
    assert lead.due_at == row.planned_at + timedelta(hours=4)
    assert run.pacing.allowance.window.humans == 0
    await after.say(call_id, Said("answering_machine"))
    assert run.pacing.allowance.window.humans == 0, "said twice it counts once"


async def test_what_means_nothing_changes_nothing(house: House, after: After) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    row = await after.say(call_id, Said("talked"))
    assert (row.disposition, row.open_disposition) == ("talked", None)
    assert (await house.lead_row(lead_id)).why == "human"


async def test_a_machine_that_was_none_after_all_is_a_person_again(house: House, after: After) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    row = await after.say(call_id, Said("machine"))
    assert (row.verdict, row.evidence[-1]["sign"]) == ("machine", "said by the agent: machine")
    for word, why in (("talked", "human"), ("machine", "machine"), ("sold", "success")):
        row, lead = await after.say(call_id, Said(word)), await house.lead_row(lead_id)
        state, verdict = ("waiting", "machine") if word == "machine" else ("done", "human")
        assert (row.verdict, lead.state, lead.why, lead.last_verdict) == (verdict, state, why, verdict)
    assert [sign["kind"] for sign in row.evidence] == ["signalling"]


@pytest.mark.parametrize("slip", [Said("later"), Said("sold", converted=True)], ids=["callback", "success"])
async def test_a_slip_is_taken_back_by_a_word_that_means_nothing(house: House, after: After, slip: Said) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    await after.say(call_id, slip)
    await after.say(call_id, Said("talked"))
    lead = await house.lead_row(lead_id)
    assert (lead.state, lead.why, lead.for_user_id) == ("done", "human", None)


async def test_who_asked_never_to_be_called_stays_so_whatever_is_said_then(house: House, after: After) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    await after.say(call_id, Said("stop"))
    await after.say(call_id, Said("talked"))
    lead = await house.lead_row(lead_id)
    assert (lead.state, lead.why) == ("barred", "asked_not_to")


async def test_what_is_said_in_the_talk_holds_when_it_is_over(house: House, after: After) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    row = await after.say(call_id, Said("sold", converted=True))
    assert row.open_disposition == "sold"
    assert (await house.lead_row(lead_id)).state == "dialing"
    await after.hang_up()
    await after.disposing.look()
    assert (await house.lead_row(lead_id)).why == "success"


async def test_who_was_tried_since_is_left_alone(house: House, after: After) -> None:
    lead_id = await house.add(A)
    call_id = await after.talk()
    await after.hang_up()
    await after.say(call_id, Said("machine"))
    house.stage.tell(AgentDisposed(ANN, call_id), AgentWentReady(ANN))
    await house.step(4 * 3600 + 5)
    await house.step(2)
    house.ends(17, 486)
    await house.settle()
    before = await house.lead_row(lead_id)
    assert before.attempts == 2
    await after.say(call_id, Said("sold", converted=True))
    assert (await house.lead_row(lead_id)).state == before.state


async def test_a_call_of_no_campaign_has_none(after: After) -> None:
    assert not await after.house.database.write(after.said.noting("c1", Said("sold")))
    assert await after.said.campaign_of("c1") is None


@pytest.mark.parametrize(("at_goal", "state"), [("go_on", "running"), ("pause", "paused"), ("finish", "finished")])
async def test_a_reached_goal_does_what_the_campaign_s_rule_says(
    house: House, after: After, at_goal: str, state: str
) -> None:
    await house.change(goal=1, at_goal=at_goal)
    for number in (A, "+447911123457"):
        await house.add(number)
    call_id = await after.talk()
    await after.hang_up()
    await house.step(1)
    assert (await house.row()).state == "running"
    await after.say(call_id, Said("sold", converted=True))
    await house.step(1)
    assert (await house.row()).state == state
    if state == "running":
        return
    house.stage.done(ANN, call_id)
    await house.step(1)
    assert house.dialed() == [A], "nobody more"
