import pytest

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.errors import AlreadyExists, InUse, Invalid, NoFreeExtension, NotFound, StaleVersion
from crm_core.queues import QueueDraft, Queues
from crm_core.roster import load_roster
from crm_core.storage.database import Database
from crm_core.users import UserDraft, UserRow, Users
from tests.crm_core.conftest import EXTENSIONS, HandClock


@pytest.fixture
def users(database: Database, clock: HandClock) -> Users:
    return Users(database, clock, EXTENSIONS)


async def test_extensions_come_from_the_pool_and_go_back(users: Users, by: Actor) -> None:
    first = await users.add(UserDraft("Ann", "Ann", "h"), by)
    second = await users.add(UserDraft("bob", "Bob", "h", role="supervisor"), by)
    assert (first.login, first.extension, second.extension) == ("ann", "1001", "1002")
    gone = await users.change(first.id, first.version, {"active": False}, by)
    assert gone.extension is None
    third = await users.add(UserDraft("cid", "Cid", "h"), by)
    assert third.extension == "1001"
    back = await users.change(first.id, None, {"active": True}, by)
    assert back.extension == "1003"


async def test_a_full_pool_says_so(users: Users, by: Actor) -> None:
    for number in range(len(EXTENSIONS)):
        await users.add(UserDraft(f"a{number}", "A", "h"), by)
    with pytest.raises(NoFreeExtension) as caught:
        await users.add(UserDraft("late", "Late", "h"), by)
    assert caught.value.pool_size == len(EXTENSIONS)
    assert [user.login for user in await users.all()] == ["a0", "a1", "a2", "a3", "a4", "boss"]


async def test_an_extension_may_be_chosen(users: Users, by: Actor) -> None:
    assert (await users.add(UserDraft("ann", "Ann", "h", extension="1004"), by)).extension == "1004"
    with pytest.raises(AlreadyExists):
        await users.add(UserDraft("bob", "Bob", "h", extension="1004"), by)
    with pytest.raises(Invalid, match="extension"):
        await users.add(UserDraft("bob", "Bob", "h", extension="9999"), by)


async def test_a_login_is_there_once_whatever_its_case(users: Users, by: Actor, admin: UserRow) -> None:
    with pytest.raises(AlreadyExists) as caught:
        await users.add(UserDraft(" BOSS ", "Other", "h"), by)
    assert caught.value.field == "login"
    found = await users.credentials("Boss")
    assert found is not None
    assert (found.user_id, found.password_hash, found.active) == (admin.id, "hash", True)
    assert await users.credentials("nobody") is None


async def test_bad_fields_are_named_together(users: Users, by: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        await users.add(UserDraft("", "x" * 201, "h", role="king", language="fr"), by)
    assert [problem.path for problem in caught.value.problems] == ["login", "name", "role", "language"]
    with pytest.raises(Invalid) as caught:
        await users.change(1, None, {"role": "king", "language": "fr", "name": " "}, by)
    assert len(caught.value.problems) == 3


async def test_queues_are_replaced_and_must_exist(
    users: Users, by: Actor, database: Database, clock: HandClock
) -> None:
    queue = await Queues(database, clock).add(QueueDraft("Support"), by)
    ann = await users.add(UserDraft("ann", "Ann", "h", queue_ids=(queue.id,)), by)
    assert ann.queue_ids == (queue.id,)
    assert (await users.change(ann.id, 1, {"queue_ids": []}, by)).queue_ids == ()
    with pytest.raises(Invalid) as caught:
        await users.change(ann.id, 2, {"queue_ids": [queue.id, 999]}, by)
    assert caught.value.problems[0].path == "queue_ids.1"
    assert (await users.get(ann.id)).queue_ids == ()


async def test_what_somebody_can_and_where_they_only_help_out_reaches_the_floor(
    users: Users, by: Actor, database: Database, clock: HandClock
) -> None:
    queues = Queues(database, clock)
    first, second = [await queues.add(QueueDraft(name), by) for name in ("Sales", "Care")]
    both = (first.id, second.id)
    ann = await users.add(UserDraft("ann", "Ann", "h", queue_ids=both, skills={" English ": 3}), by)
    assert (ann.skills, ann.reserve_queue_ids) == ({"english": 3}, ())
    ann = await users.change(ann.id, 1, {"reserve_queue_ids": [second.id], "skills": {"en": 10}}, by)
    assert (ann.queue_ids, ann.reserve_queue_ids, ann.skills) == (both, (second.id,), {"en": 10})
    (agent,) = (await load_roster(database)).agents
    assert (agent.skills, agent.queue_ids, agent.reserve_ids) == ({"en": 10}, frozenset(both), frozenset({second.id}))
    ann = await users.change(ann.id, 2, {"queue_ids": [first.id]}, by)
    assert (ann.queue_ids, ann.reserve_queue_ids) == ((first.id,), ()), "no reserve where one does not serve"
    with pytest.raises(Invalid) as caught:
        await users.change(ann.id, 3, {"reserve_queue_ids": [second.id]}, by)
    assert caught.value.problems[0].path == "reserve_queue_ids.0"
    with pytest.raises(Invalid) as caught:
        await users.change(ann.id, 3, {"skills": {"english": 11}}, by)
    assert caught.value.problems[0].path == "skills.english"


async def test_the_slower_of_two_is_told(users: Users, by: Actor) -> None:
    ann = await users.add(UserDraft("ann", "Ann", "h"), by)
    await users.change(ann.id, 1, {"name": "Anna"}, by)
    with pytest.raises(StaleVersion) as caught:
        await users.change(ann.id, 1, {"name": "Anne"}, by)
    assert (caught.value.expected, caught.value.actual) == (1, 2)
    with pytest.raises(NotFound):
        await users.change(999, 1, {"name": "x"}, by)


async def test_the_last_administrator_stays(users: Users, by: Actor, admin: UserRow) -> None:
    for changes in ({"active": False}, {"role": "agent"}):
        with pytest.raises(InUse):
            await users.change(admin.id, None, changes, by)  # type: ignore[arg-type]
    other = await users.add(UserDraft("other", "Other", "h", role="admin"), by)
    assert other.extension is None
    assert (await users.change(admin.id, None, {"active": False}, by)).active is False
    assert [user.login for user in await users.all(active_only=True)] == ["other"]


async def test_changes_are_audited_without_the_password(
    users: Users, by: Actor, database: Database, clock: HandClock
) -> None:
    ann = await users.add(UserDraft("ann", "Ann", "h"), by)
    await users.change(ann.id, 1, {"password_hash": "secret-hash", "queue_ids": ()}, by)
    page = await AuditLog(database, clock).page(AuditFilter(object_kind="user", object_id=str(ann.id)))
    assert [row.action for row in page.items] == ["user.change", "user.add"]
    assert page.items[0].detail == {"password": "changed", "queue_ids": []}
    assert page.items[0].user_name == "Boss"
    assert page.items[0].address == "127.0.0.1"
    found = await users.credentials("ann")
    assert found is not None
    assert found.password_hash == "secret-hash"
