"""Articles: kept with their versions, and found as somebody types, Chinese too, by the index of each database."""

import pytest
from sqlalchemy import Connection, insert, text

from crm_core.articles import ArticleDraft, Articles, matching
from crm_core.audit import Actor
from crm_core.domain.folding import query_tokens
from crm_core.errors import Invalid, NotFound, StaleVersion
from crm_core.models import Article
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock

REFUND = ArticleDraft(
    "退款政策 Refunds", "七天内可以**无理由退货**，电话 95588。\n\nWithin seven days.", ("退款", "policy")
)


@pytest.fixture
async def articles(database: Database, clock: HandClock) -> Articles:
    return Articles(database, clock)


@pytest.mark.parametrize(
    "query", ["", "退", "退款", "无理由", "无理由退货", "ref", "REFUNDS", "policy seven", "95588", "七天 电话"]
)
async def test_it_is_found_as_somebody_types(articles: Articles, by: Actor, query: str) -> None:
    await articles.add(REFUND, by)
    assert [row.title for row in await articles.find(query)] == [REFUND.title]


@pytest.mark.parametrize("query", ["款退", "refunded", "退款 invoice", "95589", "%", "_", "*", '"', "退' OR 1=1"])
async def test_what_does_not_fit_is_not_found(articles: Articles, by: Actor, query: str) -> None:
    await articles.add(REFUND, by)
    assert await articles.find(query) == ()


async def test_versions_are_kept(articles: Articles, clock: HandClock, by: Actor) -> None:
    made = await articles.add(REFUND, by)
    assert (made.version, made.tags, made.updated_by_name) == (1, ["退款", "policy"], "Boss")
    clock.advance(hours=1)
    saved = await articles.save(made.id, 1, ArticleDraft("Returns", "Eight days.", language="en"), by)
    assert (saved.version, saved.language, saved.tags) == (2, "en", [])
    assert [(one.version, one.title) for one in await articles.versions(made.id)] == [(2, "Returns"), (1, REFUND.title)]
    assert (await articles.find("退款"), len(await articles.find("eight"))) == ((), 1)
    with pytest.raises(StaleVersion):
        await articles.save(made.id, 1, REFUND, by)
    await articles.remove(made.id, by)
    assert await articles.find() == ()
    for work in (articles.remove(made.id, by), articles.get(made.id), articles.versions(made.id)):
        with pytest.raises(NotFound):
            await work


async def test_one_goes_back_to_a_version_and_back_again(articles: Articles, clock: HandClock, by: Actor) -> None:
    made = await articles.add(REFUND, by)
    await articles.save(made.id, 1, ArticleDraft("Returns", "Eight days.", ("days",), language="en"), by)
    clock.advance(hours=1)
    back = await articles.go_back(made.id, 2, 1, by)
    assert (back.version, back.title, back.body) == (3, REFUND.title, REFUND.body)
    assert (back.tags, back.language) == (["days"], "en"), "where it is used is no part of the text"
    assert ([one.id for one in await articles.find("无理由")], await articles.find("eight")) == ([made.id], ())
    lines = await articles.versions(made.id)
    assert [(one.version, one.title, one.saved_by_name) for one in lines] == [
        (3, REFUND.title, "Boss"),
        (2, "Returns", "Boss"),
        (1, REFUND.title, "Boss"),
    ]
    assert lines[0].saved_at == clock.now()
    again = await articles.go_back(made.id, 3, 2, by)
    assert (again.version, again.title, again.body) == (4, "Returns", "Eight days.")
    with pytest.raises(StaleVersion):
        await articles.go_back(made.id, 3, 1, by)
    for key, to in ((made.id, 9), (made.id + 1, 1)):
        with pytest.raises(NotFound):
            await articles.go_back(key, 4, to, by)
    assert len(await articles.versions(made.id)) == 4


async def test_versions_are_compared(articles: Articles, by: Actor) -> None:
    made = await articles.add(ArticleDraft("Hours", "Mon 9-18\nSat 9-12"), by)
    await articles.save(made.id, 1, ArticleDraft("Hours", "Mon 9-18\nSat closed"), by)
    await articles.save(made.id, 2, ArticleDraft("Hours", "Mon 9-18\nSat closed", ("new",)), by)

    async def seen(version: int, against: int | None = None) -> tuple[int, list[tuple[str, str]]]:
        found = await articles.compare(made.id, version, against)
        return found.against, [(line.kind.value, line.text) for line in found.changes if line.kind.value != "same"]

    change = [("out", "Sat 9-12"), ("in", "Sat closed")]
    assert await seen(2) == (1, [("gap", ""), *change])
    assert await seen(1, 3) == (3, [("gap", ""), ("out", "Sat closed"), ("in", "Sat 9-12")])
    assert await seen(3) == (2, [])
    assert await seen(1) == (0, [("in", "Hours"), ("in", ""), ("in", "Mon 9-18"), ("in", "Sat 9-12")])
    for version, against in ((9, None), (1, 9)):
        with pytest.raises(NotFound):
            await articles.compare(made.id, version, against)


async def test_the_queues_own_come_first_and_others_not_at_all(
    articles: Articles, database: Database, clock: HandClock, by: Actor
) -> None:
    sales, service = [(await Queues(database, clock).add(QueueDraft(name), by)).id for name in ("Sales", "Service")]
    for title, queue_ids, active in (
        ("own", (sales,), True),
        ("of another", (service,), True),
        ("out of use", (), False),
        ("for all", (), True),
    ):
        clock.advance(seconds=1)
        await articles.add(ArticleDraft(title, "text", queue_ids=queue_ids, active=active), by)

    async def titles(queue_id: int | None, **more: bool) -> list[str]:
        return [row.title for row in await articles.find("text", queue_id, **more)]  # type: ignore[arg-type]

    assert await titles(sales) == ["own", "for all"]
    assert await titles(None) == ["for all", "of another", "own"]
    assert len(await titles(sales, active_only=False)) == 4


async def test_the_queue_s_own_is_found_behind_many_of_others(
    articles: Articles, database: Database, clock: HandClock, by: Actor
) -> None:
    sales, service = [(await Queues(database, clock).add(QueueDraft(name), by)).id for name in ("Sales", "Service")]
    await articles.add(ArticleDraft("own", "text", queue_ids=(sales,)), by)
    later = clock.advance(seconds=1)
    plain = {"tags": [], "language": "zh", "active": True, "version": 1, "updated_at": later, "search_words": ["text"]}
    row = {**plain, "title": "other", "body": "text", "search_text": "text", "queue_ids": [service]}
    await database.write(lambda connection: connection.execute(insert(Article), [row] * 300))
    assert [found.title for found in await articles.find("", sales)] == ["own"]


async def test_what_is_wrong_is_refused(articles: Articles, by: Actor) -> None:
    for draft in (
        ArticleDraft("", "x"),
        ArticleDraft("x", " "),
        ArticleDraft("x", "x" * 20_001),
        ArticleDraft("x", "x", tuple(str(n) for n in range(21))),
        ArticleDraft("x", "x", language="fr"),
        ArticleDraft("x", "x", queue_ids=(999,)),
    ):
        with pytest.raises(Invalid):
            await articles.add(draft, by)


async def test_the_search_goes_by_the_index(
    articles: Articles, database: Database, clock: HandClock, by: Actor
) -> None:
    made = await articles.add(REFUND, by)
    plain = {"tags": [], "queue_ids": [], "language": "zh", "active": True, "version": 1, "updated_at": clock.now()}
    words = ["其", "其他", "他"]
    rows = [{**plain, "title": "其他", "body": "x", "search_text": "其他", "search_words": words} for _ in range(3000)]
    await database.write(lambda connection: connection.execute(insert(Article), rows))
    await database.write(lambda connection: connection.execute(text("ANALYZE")))
    assert [row.id for row in await articles.find("退款政策")] == [made.id]

    def plan(connection: Connection) -> str:
        asked = matching(query_tokens("退款政策"), connection.dialect.name).compile(connection.engine)
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", tuple(asked.params.values()))
            return "\n".join(row.detail for row in rows)
        # of so few rows it would rather look at all; whether it could go by the index is what is asked
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        prepared = "EXPLAIN SELECT id FROM articles WHERE search_words @> ARRAY['退款', '政策']"
        return "\n".join(row[0] for row in connection.exec_driver_sql(prepared))

    async with database.reading() as connection:
        steps = await connection.run_sync(plan)
    assert ("VIRTUAL TABLE INDEX" if database.dialect == "sqlite" else "ix_articles_search_words") in steps, steps
