"""Of two Callrooms on one database one dials."""

from pathlib import Path

from sqlalchemy import update

from crm_core.leases import Leases
from crm_core.models import Lease
from crm_core.storage.database import Database
from dialer.lease import SURE_S, DialerLease
from tests.dialer.house import House


async def test_who_has_it_is_sure_for_less_than_it_lasts(database: Database) -> None:
    now_s = 100.0
    here = DialerLease(Leases(database), "here", lambda: now_s)
    there = DialerLease(Leases(database), "there", lambda: now_s)
    assert not here.is_held
    assert await here.hold()
    assert here.is_held
    assert not await there.hold()
    assert (there.is_held, there.elsewhere, here.elsewhere) == (False, "here", "")
    now_s += SURE_S
    assert not here.is_held, "held up for so long it asks anew"
    assert await here.hold()
    assert here.is_held


async def test_another_takes_over_when_it_is_over_or_given_back(database: Database) -> None:
    here, there = (DialerLease(Leases(database), name, lambda: 1.0) for name in ("here", "there"))
    await here.hold()
    await over(database)
    assert await there.hold()
    assert not await here.hold()
    assert (here.is_held, here.elsewhere) == (False, "there")
    await there.give_back()
    assert not there.is_held
    assert await here.hold()
    assert here.elsewhere == ""


async def test_the_same_callroom_goes_on_at_once_after_its_restart(database: Database) -> None:
    await DialerLease(Leases(database), "here", lambda: 1.0).hold()
    assert await DialerLease(Leases(database), "here", lambda: 1.0).hold()


async def test_of_two_callrooms_one_dials_and_the_other_takes_over(database: Database, tmp_path: Path) -> None:
    """Each with a floor, agents and a switch of its own."""
    here, there = House(database, tmp_path), House(database, tmp_path)
    await here.open()
    there.campaign_id = here.campaign_id
    there.stage.switch_back()
    now_s = 0.0
    for number in range(6):
        await here.add(f"+44791112345{number}")
    await here.start()
    for house, name in ((here, "here"), (there, "there")):
        house.dialer.lease = DialerLease(Leases(database), name, lambda: now_s)
        house.stage.ready(11)
    for _ in range(3):
        await turn(here)
        await turn(there)
    assert (len(here.dialed()), there.dialed(), list(there.dialer.runs)) == (1, [], [])
    # frozen: the other one takes over, and what is thawed asks before it dials
    now_s += SURE_S
    await over(database)
    await turn(there)
    here.stage.ready(12)
    await here.dialer.dial()
    await here.settle()
    assert len(here.dialed()) == 1
    await turn(here)
    assert (list(here.dialer.runs), here.dialer.lease.elsewhere) == ([], "there")
    assert len(there.dialed()) == 1
    assert not set(here.dialed()) & set(there.dialed())


async def turn(house: House) -> None:
    await house.dialer.look_if_ours()
    await house.dialer.dial()
    await house.settle()


async def over(database: Database) -> None:
    """The lease's time is over."""
    await database.write(lambda connection: connection.execute(update(Lease).values(until_s=0.0)))
