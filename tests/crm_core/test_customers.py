import pytest
from sqlalchemy import text

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.customer_writing import ContactDraft, CustomerDraft, EmailDraft, PhoneDraft
from crm_core.customers import CustomerFilter, Customers
from crm_core.errors import Invalid, NotFound, StaleVersion
from crm_core.storage.database import Database
from crm_core.users import UserRow
from tests.crm_core.conftest import HandClock


@pytest.fixture
def customers(database: Database, clock: HandClock) -> Customers:
    return Customers(database, clock)


def phones(*numbers: str) -> tuple[PhoneDraft, ...]:
    return tuple(PhoneDraft(number) for number in numbers)


async def test_a_customer_comes_back_as_it_was_entered(customers: Customers, by: Actor, admin: UserRow) -> None:
    draft = CustomerDraft(
        " 张伟 ",
        "远航电子",
        "vip",
        owner_id=admin.id,
        phones=(PhoneDraft("138 0013 8000", "手机"), *phones("0755-12345678转8")),
        emails=(EmailDraft("Wei@Example.com", "work"),),
        contacts=(ContactDraft("刘敏", "采购"),),
        tags=("老客户", "老客户", ""),
        notes="<b>重要</b>",
    )
    row = await customers.add(draft, by)
    assert (row.name, row.company, row.level, row.is_vip, row.owner_name) == ("张伟", "远航电子", "vip", True, "Boss")
    assert [(phone.number, phone.display, phone.extension, phone.label) for phone in row.phones] == [
        ("+8613800138000", "138 0013 8000", "", "手机"),
        ("+8675512345678", "0755-12345678", "8", ""),
    ]
    assert row.phones[0].raw == "138 0013 8000"
    assert (row.emails[0].address, row.contacts[0].name, row.tags) == ("Wei@Example.com", "刘敏", ("老客户",))
    assert (row.notes, row.version) == ("<b>重要</b>", 1)
    assert await customers.get(row.id) == row


async def test_everything_that_is_wrong_is_named_and_nothing_saved(customers: Customers, by: Actor) -> None:
    draft = CustomerDraft(
        "",
        level="gold",
        language="fr",
        owner_id=999,
        phones=phones("abc", "13800138000", "\0"),
        emails=(EmailDraft("x"),),
        contacts=(ContactDraft(""),),
        notes="x" * 10_001,
        tags=("y" * 41,),
    )
    with pytest.raises(Invalid) as caught:
        await customers.add(draft, by)
    assert sorted(problem.path for problem in caught.value.problems) == [
        "contacts.0.name",
        "emails.0.address",
        "language",
        "level",
        "name",
        "notes",
        "owner_id",
        "phones.0.number",
        "phones.2.number",
        "phones.2.number",
        "tags.0",
    ]
    assert (await customers.page(CustomerFilter())).items == ()


async def test_the_same_number_twice_is_one_but_two_customers_may_share_it(customers: Customers, by: Actor) -> None:
    first = await customers.add(CustomerDraft("李", phones=phones("13900139000", "+86 139 0013 9000")), by)
    second = await customers.add(CustomerDraft("王", phones=phones("13900139000")), by)
    assert len(first.phones) == 1
    found = await customers.page(CustomerFilter("139 0013 9000"))
    assert [row.id for row in found.items] == [second.id, first.id]


async def test_only_what_is_named_changes(
    customers: Customers, by: Actor, database: Database, clock: HandClock
) -> None:
    row = await customers.add(CustomerDraft("张伟", "远航", phones=phones("13800138000"), tags=("a",)), by)
    changed = await customers.change(row.id, row.version, {"phones": phones("13900139000"), "level": "a"}, by)
    assert (changed.name, changed.company, changed.tags, changed.version) == ("张伟", "远航", ("a",), 2)
    assert [phone.number for phone in changed.phones] == ["+8613900139000"]
    assert (await customers.page(CustomerFilter("8000"))).items == ()
    assert len((await customers.page(CustomerFilter("9000"))).items) == 1
    changed = await customers.change(
        row.id, 2, {"emails": [EmailDraft("a@b.cn")], "contacts": [ContactDraft("刘")], "owner_id": None}, by
    )
    assert (len(changed.phones), len(changed.emails), len(changed.contacts)) == (1, 1, 1)
    entry = (await AuditLog(database, clock).page(AuditFilter(action="customer.change"))).items[1]
    assert entry.detail["level"] == ["", "a"]


async def test_the_slower_of_two_is_told(customers: Customers, by: Actor) -> None:
    row = await customers.add(CustomerDraft("张伟"), by)
    await customers.change(row.id, 1, {"notes": "first"}, by)
    with pytest.raises(StaleVersion):
        await customers.change(row.id, 1, {"notes": "second", "phones": phones("13800138000")}, by)
    after = await customers.get(row.id)
    assert (after.notes, after.phones) == ("first", ())
    with pytest.raises(NotFound):
        await customers.change(999, 1, {}, by)
    with pytest.raises(NotFound):
        await customers.get(999)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("张", ["张伟东", "张伟"]),
        ("张伟", ["张伟东", "张伟"]),
        ("伟东", ["张伟东"]),
        ("远航", ["张伟"]),
        ("smith", ["John Smith"]),
        ("MIT", ["John Smith"]),
        ("john s", ["John Smith"]),
        ("smith 张", []),
        ("138001", ["张伟"]),
        ("0013", ["张伟"]),
        ("+86 138-0013", ["张伟"]),
        ("0755", ["张伟东"]),
        ("7551234", ["张伟东"]),
        ("+8613800138000", ["张伟"]),
        ("１３８００１３８０００", ["张伟"]),
        ("95588", ["Bank"]),
        ("12345", ["张伟东"]),
        ("0755-1234567", ["张伟东"]),
        ("john@smith.example", ["John Smith"]),
        ("JOHN@", []),
        ("刘敏", ["张伟"]),
        ("%", []),
        ("_", []),
        ("伟张", []),
        ("", ["Bank", "John Smith", "张伟东", "张伟"]),
        ("  ", ["Bank", "John Smith", "张伟东", "张伟"]),
    ],
)
async def test_search(customers: Customers, by: Actor, query: str, found: list[str]) -> None:
    await customers.add(
        CustomerDraft("张伟", "远航电子", phones=phones("13800138000"), contacts=(ContactDraft("刘敏"),)), by
    )
    await customers.add(CustomerDraft("张伟东", phones=phones("0755-12345678")), by)
    await customers.add(CustomerDraft("John Smith", emails=(EmailDraft("john@smith.example"),)), by)
    await customers.add(CustomerDraft("Bank", phones=phones("95588")), by)
    assert [row.name for row in (await customers.page(CustomerFilter(query))).items] == found


async def test_pages_follow_each_other_with_and_without_a_search(
    customers: Customers, by: Actor, admin: UserRow
) -> None:
    for number in range(5):
        await customers.add(CustomerDraft(f"张{number}", level="a", owner_id=admin.id), by)
    await customers.add(CustomerDraft("其他", phones=phones("13800138000")), by)
    for wanted in (CustomerFilter("张"), CustomerFilter(level="a"), CustomerFilter(owner_id=admin.id)):
        names, cursor = [], None
        while True:
            page = await customers.page(wanted, cursor, 2)
            names += [row.name for row in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert names == ["张4", "张3", "张2", "张1", "张0"]
    with pytest.raises(Invalid):
        await customers.page(CustomerFilter(), "nonsense")
    one = (await customers.page(CustomerFilter(), None, 1)).next_cursor
    assert (await customers.page(CustomerFilter("13800138000"), one)).items == ()


async def test_a_phone_is_found_by_its_index(database: Database) -> None:
    asked = "SELECT customer_id FROM contact_points WHERE value = '+8613800138000'"
    async with database.reading() as connection:
        if database.dialect == "sqlite":
            plan = (await connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))).all()
            assert "ix_contact_points_value_customer_id" in str(plan)
        else:
            await connection.execute(text("SET enable_seqscan = off"))
            plan = (await connection.execute(text(f"EXPLAIN {asked}"))).all()
            assert "ix_contact_points_value_customer_id" in str(plan)
