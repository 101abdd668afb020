"""Two hundred callers whose names and numbers are hostile: what SIPp sends, and what may have come of it."""

import asyncio
import re
from typing import Any

from tests.asterisk.hostile import names, quoted
from tests.asterisk.pair import Ami
from tests.asterisk.sipp import Outcome
from tests.browser.desk import Desk
from tests.browser.sentry import PAYLOADS

SEED, CALLS, PER_S, STAY_S = 20261122, 200, 30.0, 3.0
# Every text that this part of the page ever showed.
COLLECT = """selector => {
  window.seenTexts = new Set();
  const take = () => document.querySelectorAll(selector).forEach(each => seenTexts.add(each.textContent));
  take();
  new MutationObserver(take).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def senders() -> list[bytes]:
    """All markup, then the corpus of the SIP tests, as names; numbers of their own, and every fifth a hostile one."""
    corpus = [*(payload.encode() for payload in PAYLOADS), *names(SEED, CALLS - len(PAYLOADS))]
    users = (b"%00%0d%0aX", b"anonymous", b"$%7bEXTEN%7d", b"1" * 200, b"%3Cscript%3Epwned()%3C/script%3E")
    return [
        quoted(name) + b" <sip:" + (users[place // 5 % 5] if place % 5 == 4 else b"+86137%08d" % place) + b"@127.0.0.2>"
        for place, name in enumerate(corpus)
    ]


def plain(text: str) -> str:
    """What of a name is the same in the row, in the page and on the wire: no blanks, nothing invisible, not its end."""
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace())[:60]


async def rows_since(desk: Desk, before: set[str], count: int) -> list[dict[str, Any]]:
    """The calls that came, once all of them are over: the diary is written behind."""
    for _ in range(100):
        found: dict[str, dict[str, Any]] = {}
        cursor = ""
        while len(found) < count + 100:
            page = await desk.api(f"/calls?limit=100{cursor}")
            fresh = [row for row in page["items"] if row["id"] not in before]
            found |= {row["id"]: row for row in fresh}
            if len(fresh) < len(page["items"]) or not page["next_cursor"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
        if len(found) >= count and all(row["ended_at"] for row in found.values()):
            return list(found.values())
        await asyncio.sleep(0.2)
    raise AssertionError(f"{len(found)} of {count} calls are in the log")


def only_calls(ami: Ami, outcome: Outcome, extension: str) -> None:
    """Every frame is whole, every leg one of a caller or of the agent's phone: nothing else came of any name."""
    for event in ami.events:
        assert re.fullmatch(r"[A-Za-z]+", event.get("Event", "")), event
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name) for name in event), event
    legs = {event["Uniqueid"]: event["Channel"] for event in ami.events if event.get("Event") == "Newchannel"}
    callers = [leg for leg, channel in legs.items() if channel.startswith("PJSIP/pstn-")]
    others = {channel.rpartition("-")[0] for channel in legs.values()} - {"PJSIP/pstn"}
    assert len(callers) == len(outcome.of("talked"))
    assert others == {f"PJSIP/{extension}"}
