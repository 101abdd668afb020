"""Who sees what."""

import pytest

from agent_ui.push.visibility import Shape, Viewer, project, shape_for

AGENT = Viewer(user_id=7, agent_id=7, sees_floor=False, queue_ids=frozenset({1}))
SUPERVISOR = Viewer(user_id=2, agent_id=None, sees_floor=True, queue_ids=frozenset(), sees_supervision=True)
TOLD = Viewer(user_id=7, agent_id=7, sees_floor=False, queue_ids=frozenset({1}), sees_supervision=True)
SEATLESS = Viewer(user_id=9, agent_id=None, sees_floor=False, queue_ids=frozenset())


@pytest.mark.parametrize(
    ("viewer", "key", "view", "shape"),
    [
        (AGENT, "call:a", {"agent_id": 7}, Shape.UNWATCHED),
        (TOLD, "call:a", {"agent_id": 7}, Shape.FULL),
        (AGENT, "call:a", {"agent_id": 8}, Shape.HIDDEN),
        (AGENT, "call:a", {"agent_id": None}, Shape.HIDDEN),
        (SEATLESS, "call:a", {"agent_id": None}, Shape.HIDDEN),
        (SUPERVISOR, "call:a", {"agent_id": None}, Shape.FULL),
        (AGENT, "agent:7", {"agent_id": 7}, Shape.FULL),
        (AGENT, "agent:8", {"agent_id": 8}, Shape.COLLEAGUE),
        (SUPERVISOR, "agent:8", {"agent_id": 8}, Shape.FULL),
        (AGENT, "queue:1", {}, Shape.FULL),
        (AGENT, "queue:2", {}, Shape.HIDDEN),
        (AGENT, "queue:x", {}, Shape.HIDDEN),
        (SUPERVISOR, "queue:2", {}, Shape.FULL),
        (AGENT, "system", {}, Shape.FULL),
        (SUPERVISOR, "system", {}, Shape.FULL),
        (AGENT, "pop:a", {"agent_id": 7}, Shape.FULL),
        (AGENT, "pop:a", {"agent_id": 8}, Shape.HIDDEN),
        (SUPERVISOR, "pop:a", {"agent_id": 7}, Shape.HIDDEN),
        (SEATLESS, "pop:a", {"agent_id": None}, Shape.HIDDEN),
        (AGENT, "call:a", {"agent_id": 8, "parties": [{"agent_id": 7}]}, Shape.UNWATCHED),
        (AGENT, "pop:a", {"agent_id": 8, "parties": [{"agent_id": None}, {"agent_id": 7}]}, Shape.FULL),
        (AGENT, "call:a", {"agent_id": 8, "parties": [{"agent_id": 9}]}, Shape.HIDDEN),
        (SEATLESS, "call:a", {"agent_id": 8, "parties": [{"agent_id": None}]}, Shape.HIDDEN),
        (AGENT, "call:a", {"agent_id": 8, "queue_id": 1, "parked": {"slot": 1}}, Shape.UNWATCHED),
        (AGENT, "call:a", {"agent_id": 8, "queue_id": 2, "parked": {"slot": 1}}, Shape.HIDDEN),
        (AGENT, "call:a", {"agent_id": 8, "queue_id": 1, "parked": None}, Shape.HIDDEN),
        (AGENT, "callback:b1", {"queue_id": 1}, Shape.HIDDEN),
        (SUPERVISOR, "callback:b1", {"queue_id": 1}, Shape.FULL),
        (AGENT, "tasks:7", {}, Shape.FULL),
        (AGENT, "tasks:2", {}, Shape.HIDDEN),
        (SUPERVISOR, "tasks:2", {}, Shape.FULL),
        (SUPERVISOR, "tasks:7", {}, Shape.HIDDEN),
        (AGENT, "figures", {}, Shape.HIDDEN),
        (SUPERVISOR, "figures", {}, Shape.FULL),
        (AGENT, "thresholds", {}, Shape.HIDDEN),
        (SUPERVISOR, "thresholds", {}, Shape.FULL),
        (AGENT, "secret:1", {}, Shape.HIDDEN),
        (SUPERVISOR, "secret:1", {}, Shape.HIDDEN),
    ],
)
def test_each_sees_their_own(viewer: Viewer, key: str, view: dict[str, object], shape: Shape) -> None:
    assert shape_for(viewer, key, view) is shape


def test_a_colleague_is_seen_without_the_call() -> None:
    view = {"agent_id": 8, "state": "talking", "call_id": "a"}
    assert project(Shape.COLLEAGUE, view, sees_numbers=True) == {"agent_id": 8, "state": "talking"}
    assert project(Shape.FULL, view, sees_numbers=True) == view


def test_who_supervises_is_not_the_agents_to_see() -> None:
    call = {"call_id": "a", "supervisions": [{"name": "Wang"}]}
    assert project(Shape.UNWATCHED, call, sees_numbers=True) == {"call_id": "a"}
    assert project(Shape.FULL, call, sees_numbers=True) == call
    seen = {"agent_id": 8, "state": "ready", "supervises": "a", "forced": {"act": "ready"}}
    assert project(Shape.COLLEAGUE, seen, sees_numbers=True) == {"agent_id": 8, "state": "ready"}


def test_a_masked_viewer_gets_views_without_numbers_but_with_all_ids() -> None:
    when = "2026-11-22T03:25:02.123Z"
    call = {
        "call_id": "1763781902-13800138000",
        "caller": {"number": "+8613800138000", "name": "Zhang 13800138000"},
        "dialed": "+8675588880000",
        "arrived_at": when,
        "position": 1,
    }
    assert project(Shape.FULL, call, sees_numbers=True) == call
    assert project(Shape.FULL, call, sees_numbers=False) == {
        **call,
        "caller": {"number": "138****8000", "name": "Zhang 138****8000"},
    }
    assert project(Shape.FULL, {**call, "caller": {"number": None, "name": ""}}, sees_numbers=False)["caller"] == {
        "number": None,
        "name": "",
    }
    # rows of the database hold microseconds
    lines = ({"at": "2026-11-22T03:25:02.123456+00:00", "kind": "note"},)
    matches = ({"customer_id": 1, "last_interactions": lines, "open_items": ()},)
    number = {"number_e164": "+8613800138000", "key": "+8613800138000", "number_display": "138 0013 8000"}
    pop = {**number, "matches": matches}
    masked = {"number_e164": None, "key": None, "number_display": "138****8000", "matches": matches}
    assert project(Shape.FULL, pop, sees_numbers=False) == masked


def test_a_masked_viewer_can_cancel_a_callback_whose_number_they_do_not_see() -> None:
    view = {"callback_id": "13900139000", "caller": {"number": "+8613900139000", "name": ""}}
    masked = project(Shape.FULL, view, sees_numbers=False)
    assert masked["callback_id"] == "13900139000"
    assert "3900" not in masked["caller"]["number"]


def test_a_masked_viewer_is_shown_whom_they_called_and_can_press_the_buttons_of_it() -> None:
    party = {"party_id": "0b5e3c2a-94a1-4d6e-8f00-012345678901", "agent_id": None, "name": "", "state": "consulted"}
    call = {"parties": [{**party, "number": "+8613900139000"}], "unreached": {**party, "number": "13900139000"}}
    assert project(Shape.FULL, call, sees_numbers=False) == {
        "parties": [{**party, "number": "139****9000"}],
        "unreached": {**party, "number": "139****9000"},
    }
