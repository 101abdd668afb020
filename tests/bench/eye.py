"""What the agent's page saw, and when: put into the page before its own scripts run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playwright.async_api import Page

# Every push frame is kept with its moment. `benchSaw` is called once for each pop: who rings is in the ringing card and
# the customer's panel is filled; `painted` is the first task after the frame that showed it. `benchFree` is called
# when the card is gone and the seat is ready again.
EYE = """(() => {
  const now = () => performance.timeOrigin + performance.now();
  let frames = [], isShown = false, isFree = true;
  const Real = window.WebSocket;
  window.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      if (new URL(given[0], location).pathname === '/cti')
        this.addEventListener('message', event => frames.push([now(), event.data]));
    }
  };
  const find = testid => document.querySelector(`[data-testid=${testid}]`);
  const look = () => {
    const name = find('ringing-name'), pop = find('pop');
    if (!isShown && name && name.textContent && pop && pop.dataset.pop === 'one') {
      isShown = true;
      isFree = false;
      const shown = now(), seen = frames;
      frames = [];
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => benchSaw({shown, painted: now(), frames: seen, text: name.textContent});
        after.port2.postMessage(0);
      });
    } else if (isShown && !name) isShown = false;
    if (!isShown && !isFree && find('state-button')?.dataset.state === 'ready') {
      isFree = true;
      benchFree();
    }
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
})()"""

# The page's clock reads in steps of 0.1 ms, Date.now in steps of 1 ms: the moment at which the latter steps tells how
# far the two are apart.
_ANCHOR = """() => {
  let best = Infinity;
  for (let turn = 0; turn < 20; turn++) {
    const before = Date.now();
    let after = before;
    while (after === before) after = Date.now();
    best = Math.min(best, performance.timeOrigin + performance.now() - after);
  }
  return best;
}"""


async def clock_error_ms(page: Page) -> float:
    """Return how far the page's performance clock is ahead of the machine's wall clock, which Python reads too."""
    return float(await page.evaluate(_ANCHOR))


@dataclass(frozen=True, slots=True)
class Sight:
    """Moments of one pop in ms of the machine's clock. The first two are Asterisk's and the floor's own records."""

    arrived: float
    offered: float
    pushed: float
    shown: float
    painted: float


def sight(seen: Mapping[str, Any], frames: list[dict[str, Any]], error_ms: float) -> Sight:
    """Read one pop's moments; `frames` are its push messages, each with its moment under `at`."""
    views = [(frame["at"], key, view) for frame in frames for key, view in frame.get("objects", {}).items() if view]
    # A colleague's view names no call: the one that does is the page's own agent.
    rings = [(at, view) for at, key, view in views if key.startswith("agent:") and _rings_for(view)]
    pushed, agent = rings[0]
    call = next(view for _, key, view in views if key == f"call:{agent['call_id']}")
    return Sight(
        _ms(call["arrived_at"]), _ms(agent["since"]), pushed - error_ms, seen["shown"] - error_ms,
        seen["painted"] - error_ms,
    )  # fmt: skip


def _rings_for(view: Mapping[str, Any]) -> bool:
    return view.get("state") == "ringing" and view.get("call_id") is not None


def _ms(moment: str) -> float:
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp() * 1000
