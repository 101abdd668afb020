"""Why somebody is not called: the same rules as before dialing."""

from dataclasses import replace
from datetime import timedelta

from crm_core.due_leads import DueLead
from dialer.domain.clearance import Law
from dialer.policies import load_policy
from dialer.ports import Undialable
from dialer.reasons import Reasons, reasons
from tests.dialer.house import House

A = "+447911123456"
HOUR = timedelta(hours=1)


async def somebody(house: House) -> DueLead:
    lead_id = await house.add(A)
    found = await house.leads.one(lead_id)
    assert found is not None
    return found


async def asked(house: House, lead: DueLead, *policies: str) -> Reasons:
    law = Law(tuple(load_policy(name) for name in policies), await house.registers.as_of())
    return await reasons(lead, (), law, house.policy, 1, house.now)


def told(found: Reasons) -> list[tuple[str, str]]:
    return [(one.why, one.policy) for one in found.found]


async def test_nothing_stands_in_the_way(house: House) -> None:
    found = await asked(house, await somebody(house), "us-ftc")
    assert found == Reasons((), house.now)


async def test_every_rule_of_every_policy_and_of_the_house(house: House) -> None:
    house.policy.answers = {A: Undialable("dial_cap_number", house.now + 20 * HOUR)}
    lead = await somebody(house)
    house.stage.clock.advance(14 * 3600.0)
    found = await asked(house, lead, "us-ftc", "fr")
    assert told(found) == [("closed", "us-ftc"), ("closed", "fr"), ("dial_cap_number", "")]
    assert found.next_at is not None
    assert found.next_at.isoformat() == "2026-03-03T10:00:00+00:00", "when France opens"
    assert found.found[1].since is not None
    assert found.found[1].since.isoformat() == "2026-03-02T20:00:00+00:00"


async def test_what_only_somebody_can_change_has_no_time(house: House) -> None:
    lead = await somebody(house)
    assert await asked(house, lead, "cn") == Reasons((await asked(house, lead, "cn")).found, None)
    assert told(await asked(house, lead, "cn")) == [("no_consent", "cn")]
    house.policy.answers = {A: Undialable("do_not_call")}
    found = await asked(house, lead, "us-ftc")
    assert (told(found), found.next_at) == ([("do_not_call", "")], None)


async def test_who_is_not_due_yet_waits_for_that_alone(house: House) -> None:
    lead = replace(await somebody(house), due_at=house.now + HOUR)
    found = await asked(house, lead, "us-ftc")
    assert (told(found), found.next_at) == ([("not_due", "")], house.now + HOUR)


async def test_without_a_number_that_lives_nothing_is_asked(house: House) -> None:
    lead = replace(await somebody(house), numbers=())
    found = await asked(house, lead, "us-ftc")
    assert (told(found), found.next_at) == ([("no_number_left", "")], None)
