from collections.abc import Callable
from dataclasses import replace

import pytest

from crm_core.audit import Actor
from crm_core.errors import AlreadyExists, InUse, Invalid, NotFound, StaleVersion, UsedByQueues
from crm_core.flows import EntryNumbers, Flows
from crm_core.prompts import Prompts
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.words import Dispositions, PauseReasons, WordRow
from cti.domain.values import (
    Announcements,
    Climb,
    Overflow,
    OverflowAction,
    QueueSettings,
    Routing,
    Rung,
    SkillRule,
    SkillStep,
    Strategy,
)
from tests.crm_core.conftest import HandClock


async def test_a_queue_is_what_the_floor_reads(database: Database, clock: HandClock, by: Actor) -> None:
    queues = Queues(database, clock)
    night = await queues.add(QueueDraft("Night"), by)
    assert night.settings == QueueSettings(night.id, "Night")
    draft = QueueDraft("Day", overflow_action="queue", overflow_queue_id=night.id, wrap_up_s=5, record=False)
    day = await queues.add(draft, by)
    assert day.settings.overflow == Overflow(OverflowAction.QUEUE, None, night.id)
    saved = await queues.save(night.id, 1, QueueDraft("Night", max_wait_s=60), by)
    assert (saved.version, saved.settings.max_wait_s) == (2, 60)
    with pytest.raises(StaleVersion):
        await queues.save(night.id, 1, QueueDraft("Night"), by)
    with pytest.raises(UsedByQueues) as caught:
        await queues.save(night.id, 2, QueueDraft("Night", active=False), by)
    assert caught.value.queues == ("Day",)
    await queues.save(day.id, 1, QueueDraft("Day", active=False), by)
    assert [queue.id for queue in await queues.all(active_only=True)] == [night.id]
    assert [queue.settings.name for queue in await queues.all()] == ["Day", "Night"]


async def test_a_queue_to_which_others_lead_is_not_taken_away(database: Database, clock: HandClock, by: Actor) -> None:
    queues = Queues(database, clock)
    night = (await queues.add(QueueDraft("Night"), by)).id
    to_night = Overflow(OverflowAction.QUEUE, queue_id=night)
    ladder = Routing(ladder=(Rung(60, 0, night),))
    added = [
        await queues.add(draft, by)
        for draft in (
            QueueDraft("Helped", routing=ladder),
            QueueDraft("Closed", closed=to_night),
            QueueDraft("Full", overflow_action="queue", overflow_queue_id=night),
            QueueDraft("Alone", overflow_queue_id=night, closed=replace(to_night, action=OverflowAction.VOICEMAIL)),
        )
    ]
    with pytest.raises(UsedByQueues) as caught:
        await queues.save(night, 1, QueueDraft("Night", active=False), by)
    assert caught.value.queues == ("Closed", "Full", "Helped")
    for row in added[:3]:
        await queues.save(row.id, 1, QueueDraft(row.settings.name, active=False), by)
    assert not (await queues.save(night, 1, QueueDraft("Night", active=False), by)).active


async def test_how_a_queue_finds_its_agents_is_kept(database: Database, clock: HandClock, by: Actor) -> None:
    queues = Queues(database, clock)
    english = SkillRule("english", (SkillStep(3, 60.0), SkillStep(1)))
    climb = Rung(0.0, 10, None, Climb.NO_STAFF)
    routing = Routing(Strategy.FEWEST_CALLS, 2, (english,), 20.0, 45.0, (("vip", 10),), ladder=(climb,))
    queue = await queues.add(QueueDraft("Support", routing=routing), by)
    assert queue.settings.routing == routing
    assert (await queues.get(queue.id)).settings.routing == routing
    for other in (queue.id, 99):
        climbing = QueueDraft("Support", routing=Routing(ladder=(Rung(60, 0, other),)))
        with pytest.raises(Invalid) as caught:
            await queues.save(queue.id, 1, climbing, by)
        assert [problem.path for problem in caught.value.problems] == ["routing.ladder.0.also_queue_id"]
    with pytest.raises(Invalid) as caught:
        await queues.save(queue.id, 1, QueueDraft("Support", routing=Routing(weight=-1)), by)
    assert [problem.path for problem in caught.value.problems] == ["routing.weight"]


async def test_what_a_queue_announces_is_kept(database: Database, clock: HandClock, by: Actor) -> None:
    queues = Queues(database, clock)
    plan = Announcements(10.0, 5, 20, ("keep_waiting",), 60.0)
    queue = await queues.add(QueueDraft("Support", announcements=plan), by)
    assert queue.settings.announcements == plan
    assert (await queues.get(queue.id)).settings.announcements == plan
    wrong = Announcements(first_after_s=-1.0, comfort=("keep_waiting", "../x"))
    with pytest.raises(Invalid) as caught:
        await queues.save(queue.id, 1, QueueDraft("Support", announcements=wrong), by)
    assert [p.path for p in caught.value.problems] == ["announcements.first_after_s", "announcements.comfort.1"]


async def test_queues_that_make_no_sense(database: Database, clock: HandClock, by: Actor) -> None:
    queues = Queues(database, clock)
    queue = await queues.add(QueueDraft("Support"), by)
    with pytest.raises(AlreadyExists):
        await queues.add(QueueDraft(" Support "), by)
    with pytest.raises(Invalid) as caught:
        await queues.add(QueueDraft("", ring_timeout_s=float("nan"), wrap_up_s=-1, overflow_action="queue"), by)
    assert [problem.path for problem in caught.value.problems] == [
        "name",
        "ring_timeout_s",
        "wrap_up_s",
        "overflow_queue_id",
    ]
    with pytest.raises(Invalid) as caught:
        await queues.add(QueueDraft("x", overflow_action="message", music_class="../x"), by)
    assert [problem.path for problem in caught.value.problems] == ["music_class", "overflow_prompt"]
    with pytest.raises(Invalid, match="itself"):
        await queues.save(queue.id, 1, QueueDraft("Support", overflow_action="queue", overflow_queue_id=queue.id), by)
    with pytest.raises(Invalid, match="not a queue"):
        await queues.add(QueueDraft("x", overflow_prompt="sorry", overflow_queue_id=999), by)
    with pytest.raises(NotFound):
        await queues.get(999)


@pytest.mark.parametrize(("draft", "path"), [
    (lambda gone: QueueDraft("x", overflow_action="queue", overflow_queue_id=gone), "overflow_queue_id"),
    (lambda gone: QueueDraft("x", closed=Overflow(OverflowAction.QUEUE, None, gone)), "closed.queue_id"),
    (lambda gone: QueueDraft("x", routing=Routing(ladder=(Rung(60, 0, gone),))), "routing.ladder.0.also_queue_id"),
])  # fmt: skip
async def test_nobody_is_sent_on_to_a_queue_that_was_removed(
    draft: Callable[[int], QueueDraft], path: str, database: Database, clock: HandClock, by: Actor
) -> None:
    queues = Queues(database, clock)
    gone = await queues.add(QueueDraft("Old line", active=False), by)
    with pytest.raises(Invalid, match="Old line") as caught:
        await queues.add(draft(gone.id), by)
    [problem] = caught.value.problems
    assert (problem.path, problem.code, problem.named) == (path, "queue_removed", "Old line")
    removed = await queues.add(replace(draft(gone.id), active=False), by)
    assert not removed.active, "what is out of use itself sends nobody on"
    left = QueueDraft("y", overflow_queue_id=gone.id, closed=Overflow(OverflowAction.VOICEMAIL, None, gone.id))
    await queues.add(left, by)


async def test_every_version_of_a_flow_is_kept(database: Database, clock: HandClock, by: Actor) -> None:
    flows = Flows(database, clock)
    flow = await flows.add("Main", {"start": "a", "nodes": {}}, by)
    saved = await flows.save(flow.id, 1, "Main", {"start": "b", "nodes": {"b": {"text": "你好"}}}, by)
    assert (saved.version, saved.body["start"]) == (2, "b")
    assert [(row.version, row.body["start"], row.saved_by_name) for row in await flows.versions(flow.id)] == [
        (2, "b", "Boss"),
        (1, "a", "Boss"),
    ]
    with pytest.raises(StaleVersion):
        await flows.save(flow.id, 1, "Main", {}, by)
    with pytest.raises(AlreadyExists):
        await flows.add("Main", {}, by)
    with pytest.raises(Invalid):
        await flows.add(" ", {}, by)
    assert [row.name for row in await flows.all()] == ["Main"]


async def test_entry_numbers_lead_to_flows(database: Database, clock: HandClock, by: Actor) -> None:
    flows, numbers = Flows(database, clock), EntryNumbers(database, clock)
    flow = await flows.add("Main", {}, by)
    await numbers.put("4001", "Hotline", flow.id, by)
    assert [row.language for row in await numbers.all()] == ["zh"]
    await numbers.put("4001", "Hot line", flow.id, by, language="en", active=False)
    (row,) = await numbers.all()
    assert (row.number, row.name, row.flow_name, row.active) == ("4001", "Hot line", "Main", False)
    assert row.language == "en"
    with pytest.raises(Invalid, match="language"):
        await numbers.put("4001", "", flow.id, by, language="fr")
    with pytest.raises(InUse, match="4001"):
        await flows.remove(flow.id, by)
    with pytest.raises(Invalid):
        await numbers.put("4001;x", "", flow.id, by)
    with pytest.raises(NotFound):
        await numbers.put("4002", "", 999, by)
    await numbers.remove("4001", by)
    await flows.remove(flow.id, by)
    for removal in (numbers.remove("4001", by), flows.remove(flow.id, by), flows.get(flow.id)):
        with pytest.raises(NotFound):
            await removal


async def test_prompts_are_one_for_each_language(database: Database, clock: HandClock, by: Actor) -> None:
    prompts = Prompts(database, clock)
    await prompts.put("welcome", "zh", source="builtin", text="您好", by=by)
    await prompts.put("welcome", "en", source="builtin", text="Hello", by=by)
    await prompts.put("welcome", "zh", source="upload", duration_s=2.5, by=by)
    rows = await prompts.all()
    assert [(row.language, row.source, row.duration_s) for row in rows] == [
        ("en", "builtin", 0.0),
        ("zh", "upload", 2.5),
    ]
    with pytest.raises(Invalid):
        await prompts.put("../etc/passwd", "fr", source="stolen", by=by)
    await prompts.remove("welcome", "en", by)
    with pytest.raises(NotFound):
        await prompts.remove("welcome", "en", by)


@pytest.mark.parametrize("kind", [Dispositions, PauseReasons])
async def test_words_change_their_labels_but_not_their_code(
    kind: type[Dispositions] | type[PauseReasons], database: Database, clock: HandClock, by: Actor
) -> None:
    words = kind(database, clock)
    before = await words.all()
    word = await words.put(WordRow("lunch", " 午饭 ", "Lunch", sort=1), by)
    assert word == WordRow("lunch", "午饭", "Lunch", sort=1)
    assert (await words.all())[0] == word
    await words.retire("lunch", by)
    assert await words.all(active_only=True) == before
    with pytest.raises(NotFound):
        await words.retire("nothing", by)
    with pytest.raises(Invalid) as caught:
        await words.put(WordRow("Bad Code", "", ""), by)
    assert len(caught.value.problems) == 3


async def test_a_pause_reason_of_the_system_is_not_for_people(database: Database, clock: HandClock, by: Actor) -> None:
    with pytest.raises(Invalid, match="system"):
        await PauseReasons(database, clock).put(WordRow("missed_call", "久未接听", "Missed"), by)
