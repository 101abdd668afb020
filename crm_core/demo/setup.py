"""Fills an empty installation with people, queues and customers to try it with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import SYSTEM
from crm_core.customer_writing import (
    ContactDraft,
    add_points,
    email_point,
    insert_customer,
    phone_point,
    refresh_search,
    replace_contacts,
)
from crm_core.demo.data import DemoCustomer, demo_customers
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.domain.folding import fold
from crm_core.domain.phone import normalise
from crm_core.flows import EntryNumbers, Flows
from crm_core.models import Customer, User
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.task_writing import TaskDraft, open_task
from crm_core.timeline import add_line
from crm_core.users import UserDraft, Users
from cti.clock import Clock
from cti.domain.facts import CallEnded, CallLinked, CallStarted, Fact, OfferEnded, OfferMade, TalkEnded, TalkStarted
from cti.domain.values import Caller, EndReason, OfferResult

ENTRY_NUMBER = "4001"
LOGINS = ("admin", "supervisor", "agent", "agent2")
_NAMES = {"admin": "管理员 Admin", "supervisor": "林主管", "agent": "陈小雨", "agent2": "Alex Wong"}


@dataclass(frozen=True, slots=True)
class DemoSetup:
    """What the demo cannot know: hashes of generated passwords by login, and the flow for a queue's id."""

    password_hashes: Mapping[str, str]
    flow_for: Callable[[int], dict[str, Any]]
    extensions: Sequence[str]


async def is_empty(database: Database) -> bool:
    """True in an installation that nobody has used."""
    async with database.reading() as connection:
        users = await connection.scalar(select(func.count()).select_from(User))
        customers = await connection.scalar(select(func.count()).select_from(Customer))
    return not users and not customers


async def load_demo(database: Database, clock: Clock, setup: DemoSetup) -> None:
    """Write the demo into an empty installation; the demo agent is the login "agent"."""
    queues = Queues(database, clock)
    support = await queues.add(QueueDraft("客户服务 Support", wrap_up_s=30), SYSTEM)
    sales = await queues.add(QueueDraft("销售咨询 Sales", wrap_up_s=45, max_wait_s=300), SYSTEM)
    users = Users(database, clock, setup.extensions)
    ids: dict[str, int] = {}
    for login in LOGINS:
        role = login if login in ("admin", "supervisor") else "agent"
        takes = (support.id, sales.id) if role == "agent" else ()
        draft = UserDraft(login, _NAMES[login], setup.password_hashes[login], role=role, queue_ids=takes)
        ids[login] = (await users.add(draft, SYSTEM)).id
    flow = await Flows(database, clock).add("演示流程 Demo", setup.flow_for(support.id), SYSTEM)
    await EntryNumbers(database, clock).put(ENTRY_NUMBER, "客服热线 Hotline", flow.id, SYSTEM)
    now = clock.now()
    customers = demo_customers()

    async def work(connection: AsyncConnection) -> None:
        for number, customer in enumerate(customers, 1):
            await _write_customer(connection, number, customer, ids, support.id, now)

    await database.write(work)


async def _write_customer(
    connection: AsyncConnection, number: int, one: DemoCustomer, ids: Mapping[str, int], queue_id: int, now: datetime
) -> None:
    values = {
        "name": one.name,
        "name_folded": fold(one.name),
        "company": one.company,
        "company_folded": fold(one.company),
        "level": one.level,
        "owner_id": ids[one.owner],
        "language": one.language,
        "tags": list(one.tags),
        "source": "demo",
    }
    customer_id = await insert_customer(connection, values, [], now - timedelta(days=90 - number))
    points = [phone_point(normalise(raw)) for raw in one.phones]
    await add_points(connection, customer_id, [*points, *([email_point(one.email)] if one.email else [])])
    if one.contact is not None:
        await replace_contacts(connection, customer_id, [ContactDraft(*one.contact)])
    await refresh_search(connection, customer_id)
    for days, text in one.notes:
        at = now - timedelta(days=days, minutes=17 * number)
        await add_line(connection, customer_id, "note", at, user_id=ids[one.owner], text=text)
    for days, title in one.tasks:
        due_at = now + timedelta(days=days, hours=2)
        draft = TaskDraft(title, due_at=due_at, owner_id=ids[one.owner], customer_id=customer_id)
        await open_task(connection, draft, now - timedelta(days=1))
    agent_id = ids["agent2" if one.owner == "agent2" else "agent"]
    for days in one.calls:
        began_at = now - timedelta(days=days, minutes=20 + 17 * number)
        past = _past_call(f"demo-{number}-{days}", customer_id, one.phones[0], agent_id, queue_id, began_at)
        await write_group(connection, past)


def _past_call(
    call_id: str, customer_id: int, number: str, agent_id: int, queue_id: int, began_at: datetime
) -> list[Entry]:
    leg = f"{call_id}-agent"
    facts: list[tuple[float, Fact]] = [
        (0, CallStarted(call_id, f"{call_id}-customer", "n1", Caller(number), ENTRY_NUMBER, began_at)),
        (1, CallLinked(call_id, customer_id)),
        (20, OfferMade(call_id, agent_id, leg, "longest idle")),
        (26, OfferEnded(call_id, agent_id, leg, OfferResult.ANSWERED)),
        (26, TalkStarted(call_id, agent_id, leg, queue_id, 11.0, None)),
        (184, TalkEnded(call_id, agent_id, leg, 158.0)),
        (184, CallEnded(call_id, EndReason.CALLER_HUNG_UP, 16, queue_id, agent_id, 11.0, 158.0)),
    ]
    return [
        Entry(f"{call_id}:{place}", place, began_at + timedelta(seconds=after_s), fact)
        for place, (after_s, fact) in enumerate(facts)
    ]
