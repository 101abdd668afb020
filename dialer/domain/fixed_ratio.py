"""Progressive and ratio dialing: so many lines for each agent who waits, and never more than the window allows."""

import math

from dialer.domain.pace_words import Pace, PaceReason
from dialer.domain.pacing import Pacing


def lines_to_open(pacing: Pacing, lines_per_idle_agent: float, now_s: float) -> Pace:
    """Return how many calls to place now; the pacing's own counts of lines and agents are taken.

    When the window's abandonment is used up, or over the limit for now, there is one line for each agent who waits: a
    fixed ratio has no smaller risk to go on with, and a short list may never bring the people who would make up for it.
    """
    pacing.make_sense(now_s)
    agents, lines = pacing.agents, pacing.lines
    if not agents.present:
        return Pace(0, PaceReason.NO_AGENTS)
    if (held := pacing.held_back(now_s)) is not None:
        return held
    allowance = pacing.allowance
    is_over = allowance.window.abandonment_ratio > allowance.limit_ratio
    may_risk = not is_over and allowance.accepted_risk_ratio(now_s) > 0
    ratio = lines_per_idle_agent if may_risk else min(1.0, lines_per_idle_agent)
    wanted = math.ceil(ratio * agents.idle) - lines.ringing - lines.waiting
    room = pacing.room()
    if wanted > 0 and room <= 0:
        return Pace(0, PaceReason.LINES_FULL)
    calls = max(0, min(wanted, room))
    if calls:
        return Pace(calls, PaceReason.AHEAD if ratio > 1 else PaceReason.FOR_IDLE)
    return Pace(0, PaceReason.LIMIT_SPENT if ratio < lines_per_idle_agent else PaceReason.AS_SET)
