import pytest

from cti.domain.values import QueueSettings
from ivr.domain.flow import parse_flow
from ivr.domain.hours import Calendar
from ivr.domain.known import ANYTHING, Known
from ivr.domain.nodes import prompts
from ivr.entries import EntryBook, EntryNumber, packaged_flow
from ivr.wording import builtin_names

GOOD = {"start": "q", "nodes": {"q": {"type": "queue", "queue": 3}}}


def book(*numbers: EntryNumber) -> EntryBook:
    entries = EntryBook()
    entries.replace(numbers, [QueueSettings(3, "c"), QueueSettings(2, "b")], ANYTHING)
    return entries


def test_a_number_leads_to_its_flow() -> None:
    entry = book(EntryNumber("4001", GOOD, 2, "en")).entry_for("4001")
    assert entry.flow == parse_flow(GOOD)
    assert (entry.default_queue_id, entry.language) == (2, "en")


def test_a_change_counts_from_the_next_call_on() -> None:
    entries = book(EntryNumber("4001", GOOD, 2))
    entries.replace([EntryNumber("4002", None, 3, "fr")], [], ANYTHING)
    assert entries.entry_for("4001").flow is None
    assert entries.entry_for("4002").language == "zh"
    assert entries.queue(3) is None


def test_a_flow_gone_bad_leaves_the_default_queue(caplog: pytest.LogCaptureFixture) -> None:
    entry = book(EntryNumber("4001", {"start": "x"}, 2)).entry_for("4001")
    assert (entry.flow, entry.default_queue_id) == (None, 2)
    (record,) = caplog.records
    assert record.message == "Flow is not usable"
    assert "nodes" in record.problems  # type: ignore[attr-defined]


def test_a_number_that_nobody_set_up_still_reaches_somebody() -> None:
    entry = book().entry_for("999")
    assert (entry.number, entry.flow, entry.default_queue_id) == ("999", None, 2)
    assert EntryBook().entry_for("999").default_queue_id is None


def test_whom_we_called_dialed_none_and_that_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    assert book().entry_for("").default_queue_id == 2
    assert caplog.records == []
    book().entry_for("999")
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_queues_are_known_by_number() -> None:
    queue = book().queue(2)
    assert queue is not None
    assert queue.name == "b"


@pytest.mark.parametrize("name", ["demo", "open_hours"])
def test_packaged_flows_need_nothing_but_what_is_built_in(name: str) -> None:
    document = packaged_flow(name, 7)
    flow = parse_flow(document, Known(prompts=builtin_names(), queue_ids=frozenset({7})))
    assert any(prompts(node) for node in flow.nodes.values())


def test_hours_are_known_by_number() -> None:
    entries, always = EntryBook(), Calendar("UTC", {})
    entries.replace([EntryNumber("4001", GOOD, 2, calendar_id=7)], [], ANYTHING, {7: always})
    assert entries.entry_for("4001").calendar_id == 7
    assert entries.calendar(7) is always
    assert entries.calendar(8) is None
