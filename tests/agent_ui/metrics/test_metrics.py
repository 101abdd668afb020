import asyncio
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from agent_ui.metrics.events import FloorCounters
from agent_ui.metrics.gauges import Backlogs, FloorGauges, MachineGauges
from cti.bus import Bus
from cti.domain.facts import CallEnded, CallStarted, Change, OfferEnded, SwitchChanged, TalkEnded, TalkStarted
from cti.domain.values import Caller, EndReason, OfferResult
from recordings.domain.room import DiskLevel, DiskRoom
from tests.agent_ui.world import running_world

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def change(*facts):
    return Change(1, NOW, facts, ())


def test_what_the_floor_says_is_counted():
    registry = CollectorRegistry()
    counters = FloorCounters(registry)
    counters.count(
        change(
            CallStarted("c1", "l1", "n1", Caller("+8613800138000"), "4001", NOW),
            TalkStarted("c1", 7, "l2", 3, 12.0, None),
            TalkEnded("c1", 7, "l2", 61.0),
            OfferEnded("c1", 7, "l2", OfferResult.MISSED),
            CallEnded("c1", EndReason.CALLER_HUNG_UP, 16, 3, 7, 12.0, 61.0),
            SwitchChanged("n1", False),
            SwitchChanged("n1", True),
        )
    )

    def value(name, **labels):
        return registry.get_sample_value(name, labels)

    assert value("callroom_calls_started_total") == 1
    assert value("callroom_calls_ended_total", reason="caller_hung_up") == 1
    assert value("callroom_offers_total", result=str(OfferResult.MISSED)) == 1
    assert value("callroom_switch_lost_total", node="n1") == 1
    assert value("callroom_wait_seconds_bucket", queue="3", le="10.0") == 0
    assert value("callroom_wait_seconds_bucket", queue="3", le="20.0") == 1
    assert value("callroom_talk_seconds_sum") == 61


async def test_falling_behind_is_counted_and_it_goes_on(monkeypatch):
    monkeypatch.setattr("agent_ui.metrics.events.CAPACITY", 10)
    registry, bus = CollectorRegistry(), Bus()
    following = asyncio.ensure_future(FloorCounters(registry).follow(bus))
    await asyncio.sleep(0)
    for seq in range(11):
        bus.publish(Change(seq, NOW, (), ()))
    while registry.get_sample_value("callroom_metrics_missed_total") == 0:
        await asyncio.sleep(0)
    bus.publish(change(CallStarted("c1", "l1", "n1", Caller(None), "4001", NOW)))
    bus.close()
    await following
    assert registry.get_sample_value("callroom_metrics_missed_total") == 1
    assert registry.get_sample_value("callroom_calls_started_total") == 1


def test_room_on_the_disks_and_the_database():
    registry, well = CollectorRegistry(), [True]
    rooms = {"home": (DiskRoom(10, 100), DiskLevel.LOW), "recordings": (None, DiskLevel.FULL)}
    registry.register(MachineGauges(lambda: rooms, lambda: well[0]))
    assert registry.get_sample_value("callroom_disk_free_ratio", {"disk": "home"}) == 0.1
    assert registry.get_sample_value("callroom_disk_free_ratio", {"disk": "recordings"}) is None
    assert registry.get_sample_value("callroom_disk_level", {"disk": "home"}) == 1
    assert registry.get_sample_value("callroom_disk_level", {"disk": "recordings"}) == 3
    assert registry.get_sample_value("callroom_database_up") == 1
    well[0] = False
    assert registry.get_sample_value("callroom_database_up") == 0


async def test_a_scraper_with_the_token_sees_the_floor(tmp_path):
    async with running_world(tmp_path, live=True) as world:
        floor, hub = world.parts.telephony.floor, world.parts.hub
        world.parts.metrics.look_at(FloorGauges(floor.snapshot, lambda: Backlogs(0, {}, hub.browsers)))
        person = await world.person("admin")
        assert (await person.call("GET", "/users"))[0] == 200
        async with world.stranger().session.get(f"{world.base}/metrics") as answer:
            assert answer.status == 401
        shown = {"Authorization": f"Bearer {world.parts.config.secrets.metrics_token}"}
        async with world.stranger().session.get(f"{world.base}/metrics", headers=shown) as answer:
            assert answer.status == 200
            text = await answer.text()
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["callroom_agents", (("state", "signed_out"),)] == 2
    assert samples["callroom_waiting", (("queue", "1"),)] == 0
    assert (
        samples["callroom_http_requests_total", (("method", "GET"), ("route", "/api/v1/users"), ("status", "200"))] == 1
    )
    assert samples["process_resident_memory_bytes", ()] > 10_000_000
    assert "admin" not in text
