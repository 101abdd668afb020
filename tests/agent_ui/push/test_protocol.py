"""Push without a socket: every branch."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from agent_ui.push.protocol import Asked, BadMessageError, BrowserCopy, Notice, decode, encode, text_frame

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def take(copy: BrowserCopy) -> Any:
    text = copy.next_message(AT)
    return None if text is None else json.loads(text)


def make(limit: int = 10) -> BrowserCopy:
    copy = BrowserCopy(me=7, limit=limit)
    copy.reset({"call:a": encode({"state": "ringing"})})
    return copy


def test_a_snapshot_comes_first_then_numbered_changes() -> None:
    copy = make()
    assert take(copy) == {
        "type": "snapshot",
        "seq": 1,
        "at": "2026-11-22T08:00:00Z",
        "me": 7,
        "objects": {"call:a": {"state": "ringing"}},
    }
    assert take(copy) is None
    copy.change("call:a", encode({"state": "talking"}))
    assert take(copy) == {
        "type": "change",
        "seq": 2,
        "at": "2026-11-22T08:00:00Z",
        "objects": {"call:a": {"state": "talking"}},
    }
    assert copy.change("call:a", None)
    assert take(copy)["objects"] == {"call:a": None}


def test_only_the_newest_of_a_key_waits() -> None:
    copy = make()
    take(copy)
    for number in range(1000):
        copy.change("queue:1", encode({"n": number}))
    assert not copy.overflowed
    assert take(copy)["objects"] == {"queue:1": {"n": 999}}
    assert take(copy) is None


def test_what_was_never_seen_is_not_taken_away() -> None:
    copy = make()
    take(copy)
    assert not copy.change("call:b", None)
    assert take(copy) is None


def test_changes_before_the_snapshot_went_out_are_part_of_it() -> None:
    copy = make()
    copy.change("call:b", encode({"state": "waiting"}))
    copy.change("call:a", None)
    copy.change("call:c", None)
    message = take(copy)
    assert message["type"] == "snapshot"
    assert message["objects"] == {"call:b": {"state": "waiting"}}
    assert take(copy) is None


def test_a_resync_drops_what_waited_and_goes_on_counting() -> None:
    copy = make()
    take(copy)
    copy.change("call:b", encode({}))
    copy.reset({})
    message = take(copy)
    assert (message["type"], message["seq"], message["objects"]) == ("snapshot", 2, {})


def test_too_many_waiting_keys_are_an_overflow() -> None:
    copy = make(limit=2)
    take(copy)
    for number in range(3):
        copy.change(f"call:{number}", encode({}))
    assert copy.overflowed


def test_many_views_go_together_and_the_newest_counts() -> None:
    copy = make()
    take(copy)
    copy.change("agent:8", encode({"state": "ringing"}))
    copy.change_all({"agent:8": encode({"state": "talking"}), "agent:9": encode({})})
    assert take(copy)["objects"] == {"agent:8": {"state": "talking"}, "agent:9": {}}
    assert copy.change("agent:9", None)
    copy.reset({})
    copy.change_all({"agent:8": encode({})})
    assert take(copy)["objects"] == {"agent:8": {}}, "in the snapshot"


def test_a_notice_is_told_once_after_the_views() -> None:
    copy = make()
    copy.notify(Notice.REPLACED)
    copy.notify(Notice.REPLACED)
    assert take(copy)["type"] == "snapshot"
    assert take(copy) == {"type": "replaced"}
    assert take(copy) is None


@pytest.mark.parametrize("asked", list(Asked))
def test_a_browser_may_ask(asked: Asked) -> None:
    assert decode(f'{{"type": "{asked}"}}') is asked


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"type": "shutdown"}', '{"type": 1}', "x" * 5000, '{"type": "\ud800"}']
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(BadMessageError):
        decode(text)


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_frame_says_how_long_it_is(size: int, head: bytes) -> None:
    assert text_frame(b"x" * size) == head + b"x" * size


def test_it_is_known_whether_something_waits() -> None:
    copy = make()
    assert copy.waits
    take(copy)
    assert not copy.waits
    copy.change("call:a", encode({"state": "talking"}))
    assert copy.waits
    take(copy)
    copy.notify(Notice.REPLACED)
    assert copy.waits
    take(copy)
    assert not copy.waits
