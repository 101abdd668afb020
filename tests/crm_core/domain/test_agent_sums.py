"""What one agent's share adds."""

from crm_core.domain.agent_sums import STORED, share_sums
from crm_core.domain.work import Share

SHARE = Share(offered=2, answered=1, missed=1, took=1, talks=1, rang_s=9.0, talked_s=60.0, held_s=10.0, wrap_up_s=5.0)


def test_a_share_of_a_call_that_came_in() -> None:
    found = share_sums(SHARE, is_outbound=False)
    assert found.keys() <= set(STORED)
    assert {name: value for name, value in found.items() if value} == {
        **{"offered": 2, "answered": 1, "missed": 1, "took": 1, "talks": 1},
        **{"ring_ms": 9_000, "talk_ms": 50_000, "hold_ms": 10_000, "wrap_up_ms": 5_000},
    }


def test_a_call_that_goes_on_has_no_times() -> None:
    assert not any(name.endswith("_ms") for name in share_sums(SHARE, is_outbound=False, with_times=False))


def test_a_call_that_the_agent_made_is_apart() -> None:
    found = share_sums(SHARE, is_outbound=True)
    assert found == {"outbound": 1, "reached": 1, "outbound_talk_ms": 60_000, "outbound_wrap_up_ms": 5_000}
    assert share_sums(Share(), is_outbound=True)["reached"] == 0
    helping = share_sums(Share(helped=1, helped_s=3.0), is_outbound=True)
    assert (helping["helped"], helping["helped_ms"]) == (1, 3_000)
