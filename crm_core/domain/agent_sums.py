"""What agents did, as whole numbers that can be added up over any days and lines."""

from crm_core.domain.sums import Sums, ms
from crm_core.domain.work import Share

_COUNTS = (
    *("offered", "answered", "missed", "declined", "took", "talks"),
    *("transferred", "announced", "invited", "conferences", "helped"),
)
_TIMES = ("ring_ms", "talk_ms", "hold_ms", "wrap_up_ms", "helped_ms")
OUTBOUND = ("outbound", "reached", "outbound_talk_ms", "outbound_wrap_up_ms")
STORED = (*_COUNTS, *_TIMES, *OUTBOUND)


def share_sums(share: Share, *, is_outbound: bool, with_times: bool = True) -> Sums:
    """Return what one share adds; those of a call that goes on have no times yet, as `sums` has none."""
    talk_ms, hold_ms, wrap_up_ms = ms(share.talked_s) - ms(share.held_s), ms(share.held_s), ms(share.wrap_up_s)
    if is_outbound and not share.helped:
        made = {"outbound": 1, "reached": int(share.talks > 0)}
        return made | {"outbound_talk_ms": talk_ms + hold_ms, "outbound_wrap_up_ms": wrap_up_ms}
    found = {name: getattr(share, name) for name in _COUNTS}
    if with_times:
        found |= {"talk_ms": talk_ms, "hold_ms": hold_ms, "wrap_up_ms": wrap_up_ms}
        found |= {"ring_ms": ms(share.rang_s), "helped_ms": ms(share.helped_s)}
    return found
