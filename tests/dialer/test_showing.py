"""How often numbers of ours were shown, over restarts and days, and which one a call shows."""

from collections import deque
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crm_core.domain.campaign_rules import CampaignRules
from crm_core.due_leads import DueLead
from crm_core.errors import StorageError
from crm_core.shown_numbers import Shown, ShownNumbers
from crm_core.storage.database import Database
from cti.domain.commands import DialCustomer
from cti.errors import Refused
from dialer.by_hand import Ordered
from dialer.domain.clearance import PutOff
from dialer.domain.pace_words import PaceReason
from dialer.domain.showing import SHOWN_USED_UP, ShownUse, UsedUp
from dialer.ports import Dialable
from dialer.preview import PreviewRun
from dialer.showing import Showing, ShownCalls
from tests.crm_core.people import person
from tests.dialer.house import LONDON, House

A, B, C = "+447911123456", "+447911123457", "+447911123458"
BERLIN, MUNICH, PARIS = "+493012345678", "+498912345678", "+33142345678"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def asked(house: House) -> Showing:
    """As after a restart."""
    return Showing(ShownCalls(ShownNumbers(house.database), LONDON), house.policy)


async def somebody(house: House) -> DueLead:
    lead = await house.leads.one(await house.add(A))
    assert lead is not None
    return lead


async def number_for(house: House, showing: Showing, called: str = A, **rules: object) -> str | UsedUp:
    of = CampaignRules(**rules)  # type: ignore[arg-type]
    return await showing.number_for(of, await somebody(house), called, Dialable(called, "4001"), house.now)


async def test_without_a_pool_it_is_the_house_s_and_with_one_its_numbers_in_turn(house: House) -> None:
    showing = asked(house)
    assert await number_for(house, showing) == "4001"
    withheld = Dialable(A, "", withheld=True)
    capped = CampaignRules(shown_per_day=1)
    assert await showing.number_for(capped, await somebody(house), A, withheld, house.now) == ""
    seen = {await number_for(house, showing, shown_as=(B, C)) for _ in range(4)}
    assert seen == {B, C}


async def test_the_nearest_is_shown_and_what_is_not_ours_any_more_is_passed_over(house: House) -> None:
    showing, pool = asked(house), (PARIS, MUNICH, BERLIN)
    assert await number_for(house, showing, "+493098765432", shown_as=pool, shown_by="nearest") == BERLIN
    assert await number_for(house, showing, "+4917012345678", shown_as=pool, shown_by="nearest") == MUNICH
    assert await number_for(house, showing, "+12125550100", shown_as=pool, shown_by="nearest") == PARIS
    house.policy.not_ours = (MUNICH, BERLIN)
    assert await number_for(house, showing, "+493098765432", shown_as=pool, shown_by="nearest") == PARIS
    house.policy.not_ours = pool
    assert await number_for(house, showing, shown_as=pool) == "4001", "the house's, for such calls"


async def test_what_was_shown_is_counted_from_the_attempts_after_a_restart(house: House) -> None:
    await house.change(shown_as=(B,), shown_per_hour=2)
    for number in (A, C, BERLIN):
        await house.add(number)
    await house.start()
    house.stage.ready(11, 12)
    await house.step()
    assert house.dialed() == [A, C]
    until = UsedUp(house.now + HOUR)
    assert await number_for(house, asked(house), shown_as=(B,), shown_per_hour=2) == until
    assert await number_for(house, asked(house), shown_as=(B, "+447911000000"), shown_per_hour=2) == "+447911000000"


class Slow(ShownNumbers):
    """Something is dialed while it counts, at `at` or at once; `breaks` once."""

    def __init__(self, house: House) -> None:
        super().__init__(house.database)
        self.calls: ShownCalls | None = None
        self.breaks = False
        self.at: datetime | None = None

    async def of(self, numbers: object, day_began_at: datetime, lately_at: datetime) -> dict[str, Shown]:
        if self.breaks:
            self.breaks = False
            raise StorageError("away")
        assert self.calls is not None
        self.calls.add(B, self.at or lately_at + HOUR)
        return {B: Shown(3, (lately_at + MINUTE,))}


async def test_what_is_shown_while_it_is_counted_is_not_lost(house: House) -> None:
    slow = Slow(house)
    calls = slow.calls = ShownCalls(slow, LONDON)
    calls.add(B, house.now)  # nobody asked yet: the count will hold it
    slow.breaks = True
    with pytest.raises(StorageError):
        await calls.know((B,), house.now)
    await calls.know((B,), house.now)
    await calls.know((B,), house.now)
    use = calls.use_of(B, house.now)
    assert (use.today, list(use.lately)) == (4, [house.now - HOUR + MINUTE, house.now])


async def test_an_hour_slides_a_day_ends_at_the_house_s_midnight_and_who_was_not_dialed_does_not_count(
    house: House,
) -> None:
    calls = ShownCalls(ShownNumbers(house.database), LONDON)
    await calls.know((B,), house.now)
    assert calls.use_of(B, house.now) == ShownUse(0, deque())
    first, second, third = house.now, house.now + 30 * MINUTE, house.now + 65 * MINUTE
    for at in (first, second, third):
        calls.add(B, at)
    assert (calls.use_of(B, third).today, list(calls.use_of(B, third).lately)) == (3, [second, third])
    calls.take_back(B, third)
    calls.take_back(B, third)
    calls.take_back(C, third)
    assert calls.use_of(B, third).today == 2
    assert calls.day_ends_at(house.now).astimezone(LONDON).isoformat() == "2026-03-03T00:00:00+00:00"
    midnight = calls.day_ends_at(house.now)
    assert calls.use_of(B, midnight).today == 0
    calls.take_back(B, second)
    assert calls.use_of(B, midnight).today == 0, "it was none of the new day's"
    calls.forget()
    await calls.know((B,), house.now)
    assert calls.use_of(B, house.now).today == 0, "counted anew: none of these is written"


async def three_for_two_calls(house: House) -> None:
    """Two numbers, each for one call an hour, and three people."""
    await house.change(shown_as=(B, C), shown_per_hour=1)
    for number in (A, BERLIN, PARIS):
        await house.add(number)
    await house.start()
    house.stage.ready(11, 12)
    await house.step()


async def test_a_campaign_whose_numbers_are_all_used_up_waits_and_says_why(house: House) -> None:
    await three_for_two_calls(house)
    assert {order.shown_as for order in house.stage.all(DialCustomer)} == {B, C}
    for order in house.stage.all(DialCustomer):
        house.ends(17, 486, order)
    until = house.now + HOUR
    await house.step(1)
    run, lead = house.dialer.runs[house.campaign_id], await house.lead_row(3)
    assert (run.progress.pace.reason, run.progress.put_off) == (
        PaceReason.NUMBERS_USED_UP,
        PutOff(SHOWN_USED_UP, "", until),
    )
    assert (lead.state, lead.why, (await house.row()).state) == ("waiting", "", "running")
    house.dialer = house.new_dialer()
    await house.step(1)
    assert len(house.dialed()) == 2, "also after a restart"
    await house.step((until - house.now).total_seconds() - 1)
    assert len(house.dialed()) == 2
    await house.step(2)
    assert len(house.dialed()) > 2, "an hour later"


async def test_other_caps_or_numbers_let_it_go_on_at_once(house: House) -> None:
    await three_for_two_calls(house)
    for order in house.stage.all(DialCustomer):
        house.ends(17, 486, order)
    await house.step(1)
    assert len(house.dialed()) == 2
    await house.change(shown_per_hour=2)
    await house.step(1)
    assert len(house.dialed()) == 3


async def test_campaigns_share_what_a_number_may_be_shown(house: House) -> None:
    rules = CampaignRules(order="oldest", shown_as=(B,), shown_per_day=1)
    await house.change(shown_as=(B,), shown_per_day=1)
    await house.add(A)
    await house.start()
    await house.another("Summer", rules=rules)
    await house.add(C)
    house.stage.ready(11, 12)
    await house.step()
    await house.step(1)
    assert len(house.dialed()) == 1
    reasons = [run.progress.pace.reason for run in house.dialer.runs.values()]
    assert reasons.count(PaceReason.NUMBERS_USED_UP) == 1


async def test_whom_the_floor_refuses_takes_nothing_of_a_cap(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.change(shown_as=(B,), shown_per_day=1)
    await house.add(A)
    await house.add(C)
    await house.start()

    def refuse(_wish: object) -> None:
        raise Refused("switch_unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(house, "order", refuse)
        house.stage.ready(11)
        await house.step()
    await house.step(31)
    assert len(house.dialed()) == 1


async def test_nobody_is_shown_to_an_agent_while_no_number_is_left(database: Database, tmp_path: Path) -> None:
    await person(database, 11, "ann")
    house = House(database, tmp_path)
    await house.open("preview", shown_as=(B,), shown_per_day=1)
    await house.add(A)
    await house.start()
    calls = house.dialer.showing.calls
    await calls.know((B,), house.now)
    calls.add(B, house.now)
    house.stage.ready(11)
    await house.step()
    run = house.dialer.runs[house.campaign_id]
    assert isinstance(run, PreviewRun)
    assert (run.cards, run.progress.put_off and run.progress.put_off.why) == ({}, SHOWN_USED_UP)
    await house.step(1)
    assert (run.cards, run.progress.pace.reason) == ({}, PaceReason.NUMBERS_USED_UP)
    house.stage.clock.advance((calls.day_ends_at(house.now) - house.now).total_seconds() + 9 * 3600)
    house.stage.ready(11)
    await house.step(1)
    assert set(run.cards) == {11}
    answer = await run.dial_card(11, run.cards[11].lead.id)
    assert isinstance(answer, Ordered)
    assert calls.use_of(B, house.now).today == 1


async def test_who_asks_over_midnight_takes_nothing_of_the_new_day(house: House) -> None:
    slow = Slow(house)
    calls = slow.calls = ShownCalls(slow, LONDON)
    midnight = calls.day_ends_at(house.now)
    before = midnight - timedelta(milliseconds=1)
    slow.at = midnight
    await calls.know((B,), before)
    assert calls.use_of(B, midnight).today == 1, "yesterday's three are over"
    assert calls.use_of(B, before).today == 1
    assert calls.use_of(B, midnight).today == 1, "and who was asked a moment earlier does not clear it"
