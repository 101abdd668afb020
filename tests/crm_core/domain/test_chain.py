"""The audit log's chain: whatever is changed, taken out or cut off is the first thing that does not fit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from crm_core.domain.chain import (
    ERASED,
    ERASURE,
    Break,
    ChainCheck,
    ChainEntry,
    Head,
    hash_detail,
    hash_link,
)

AT = datetime(2026, 11, 22, 1, 0, 0, 5, tzinfo=UTC)


def entry(key: int, action: str = "recording.play", detail: dict[str, Any] | None = None) -> ChainEntry:
    shown, salt = detail or {"call_id": f"c{key}"}, f"salt{key}"
    kind = action.partition(".")[0]
    return ChainEntry(key, AT, 7, action, kind, f"o{key}", "10.0.0.1", shown, salt, hash_detail(salt, shown), "")


def chained(*entries: ChainEntry) -> list[ChainEntry]:
    found, previous = [], Head().link_hash
    for one in entries:
        previous = hash_link(previous, one)
        found.append(replace(one, link_hash=previous))
    return found


def check(log: list[ChainEntry], head: Head | None, witnesses: dict[int, str] | None = None) -> Break | None:
    checker = ChainCheck(witnesses or {})
    for one in log:
        found = checker.take(one)
        if found is not None:
            return found
    return checker.finish(head)


def head_of(log: list[ChainEntry]) -> Head:
    return Head(log[-1].id, log[-1].link_hash)


LOG = chained(*(entry(key) for key in range(1, 6)))


def test_an_untouched_log_holds() -> None:
    checker = ChainCheck({3: LOG[2].link_hash})
    assert [checker.take(one) for one in LOG] == [None] * 5
    assert checker.finish(head_of(LOG)) is None
    assert (checker.count, checker.erased, checker.last) == (5, 0, head_of(LOG))


def test_an_empty_log_holds() -> None:
    assert check([], Head()) is None


@pytest.mark.parametrize(
    "change",
    [
        {"at": AT + timedelta(microseconds=1)},
        {"user_id": None},
        {"action": "recording.keep"},
        {"object_kind": "call"},
        {"object_id": "o4"},
        {"address": ""},
        {"detail_hash": "0" * 64},
        {"link_hash": "0" * 64},
    ],
)
def test_a_changed_column_is_named(change: dict[str, Any]) -> None:
    log = [*LOG[:2], replace(LOG[2], **change), *LOG[3:]]
    found = check(log, head_of(LOG))
    assert found is not None
    assert (found.entry_id, found.code) == (3, "changed")


@pytest.mark.parametrize("change", [{"detail": {"call_id": "c4"}}, {"detail": {}}, {"salt": "other"}])
def test_a_changed_detail_is_named(change: dict[str, Any]) -> None:
    found = check([*LOG[:2], replace(LOG[2], **change), *LOG[3:]], head_of(LOG))
    assert found is not None
    assert (found.entry_id, found.code) == (3, "detail_changed")


def test_a_hole_is_noticed_at_what_follows_it() -> None:
    found = check([LOG[0], LOG[1], LOG[3], LOG[4]], head_of(LOG))
    assert found is not None
    assert (found.entry_id, found.code) == (4, "missing")


def test_the_first_one_is_missed_too() -> None:
    found = check(LOG[1:], head_of(LOG))
    assert found is not None
    assert (found.entry_id, found.code) == (2, "missing")


def test_two_that_change_places_are_noticed() -> None:
    swapped = [LOG[0], replace(LOG[2], id=2), replace(LOG[1], id=3), *LOG[3:]]
    found = check(swapped, head_of(LOG))
    assert found is not None
    assert found.entry_id == 2


def test_a_cut_end_is_noticed_by_the_head_or_by_what_was_noted_elsewhere() -> None:
    found = check(LOG[:3], head_of(LOG))
    assert found is not None
    assert (found.entry_id, found.code) == (4, "truncated")
    assert "entry 5" in found.message
    assert check(LOG[:3], head_of(LOG[:3])) is None
    found = check(LOG[:3], head_of(LOG[:3]), {5: LOG[4].link_hash})
    assert found is not None
    assert (found.entry_id, found.code) == (4, "truncated")


def test_a_lost_head_is_noticed() -> None:
    found = check(LOG, None)
    assert found is not None
    assert (found.entry_id, found.code) == (5, "head")


def test_a_log_that_was_hashed_anew_does_not_fit_what_was_noted() -> None:
    anew = chained(*LOG[:1], replace(LOG[1], user_id=8), *LOG[2:])
    assert check(anew, head_of(anew)) is None
    found = check(anew, head_of(anew), {4: LOG[3].link_hash})
    assert found is not None
    assert (found.entry_id, found.code) == (4, "changed")


def test_an_erased_detail_needs_an_entry_that_says_so() -> None:
    erased = [*LOG[:2], replace(LOG[2], detail=ERASED, salt=""), *LOG[3:]]
    found = check(erased, head_of(LOG))
    assert found is not None
    assert (found.entry_id, found.code) == (3, "erased")
    for entries, code in (([3], None), ([2], "erased"), ("3", "erased"), (["3"], "erased")):
        last = entry(6, ERASURE, {"entries": entries})
        last = replace(last, link_hash=hash_link(LOG[-1].link_hash, last))
        found = check([*erased, last], head_of([last]))
        assert (found and found.code) == code


def test_what_an_erased_detail_was_cannot_be_told_from_its_hash() -> None:
    assert hash_detail("a", {"phone": "13800138000"}) != hash_detail("b", {"phone": "13800138000"})


def test_a_detail_hashes_alike_as_both_databases_give_it_back() -> None:
    written = {"b": 1.0, "a": (1, {2: "x"}), "c": 1e16, "d": 0.5}
    read = {"a": [1, {"2": "x"}], "b": 1, "c": 10**16, "d": 0.5}
    assert hash_detail("", written) == hash_detail("", read)


def test_an_instant_hashes_alike_in_every_zone() -> None:
    one = entry(1)
    there = replace(one, at=AT.astimezone(timezone(timedelta(hours=8))))
    assert hash_link("", one) == hash_link("", there)


def test_an_entry_that_cannot_be_read_is_the_one_after_the_last_that_could() -> None:
    checker = ChainCheck({})
    assert checker.take(chained(entry(1))[0]) is None
    found = checker.unreadable()
    assert (found.entry_id, found.code) == (2, "changed")
