from pathlib import Path

from crm_core.calls import CallFilter, Calls
from crm_core.customers import CustomerFilter, Customers
from crm_core.demo.data import KNOWN, TWO_MATCHES, UNKNOWN, VIP, demo_customers
from crm_core.demo.setup import ENTRY_NUMBER, LOGINS, DemoSetup, is_empty, load_demo
from crm_core.flows import EntryNumbers
from crm_core.roster import load_roster
from crm_core.storage.database import Database
from crm_core.users import Users
from crm_core.views import Views
from tests.crm_core.conftest import EXTENSIONS, HandClock


async def test_the_demo_has_somebody_for_every_kind_of_call(database: Database, clock: HandClock) -> None:
    assert await is_empty(database)
    hashes = {login: f"hash of {login}" for login in LOGINS}
    await load_demo(database, clock, DemoSetup(hashes, lambda queue_id: {"queue": queue_id}, EXTENSIONS))
    assert not await is_empty(database)
    views = Views(database)
    known = await views.pop(KNOWN)
    assert len(known.matches) == 1
    match = known.matches[0]
    assert all((match.name, match.company, match.level, match.owner_name, match.last_interactions, match.open_items))
    assert {line.kind for line in match.last_interactions} == {"call", "note"}
    assert len((await views.pop(TWO_MATCHES)).matches) == 2
    assert (await views.pop(UNKNOWN)).matches == ()
    caller = await views.known_caller(VIP)
    assert caller is not None
    assert caller.is_vip
    everybody = (await Customers(database, clock).page(CustomerFilter(), None, 200)).items
    assert len(everybody) == 30
    assert {row.language for row in everybody} == {"zh", "en"}
    assert all(phone.number.startswith("+") for row in everybody for phone in row.phones)
    calls = (await Calls(database, clock).page(CallFilter(result="answered"), None, 200)).items
    assert len(calls) > 10
    assert all(call.customer_id is not None and call.ended_at is not None for call in calls)
    (entry,) = await EntryNumbers(database, clock).all()
    assert entry.number == ENTRY_NUMBER
    roster = await load_roster(database)
    assert len(roster.agents) == 3
    assert len(roster.queues) == 2
    found = await Users(database, clock).credentials("agent")
    assert found is not None
    assert found.password_hash == "hash of agent"


def test_the_handbook_names_the_callers_that_the_demo_has() -> None:
    handbook = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    shared = [one for one in demo_customers() if TWO_MATCHES in one.phones]
    assert len(shared) == 2
    assert f"`{KNOWN}` one customer, `{TWO_MATCHES}` two customers" in handbook
