"""Who waits is told that we can call them instead, and says at which number; meanwhile their turn may come."""

from cti.domain.values import QueueSettings
from ivr.domain.numbers import spoken_number
from ivr.leg import Leg
from ivr.ports import Promise

YES, OTHER, BACK = "1", "2", "*"
TRIES = 2
# After a question, for the key.
DECIDE_S = 6.0
DIGIT_S = 4.0
MOST_DIGITS = 20
FEWEST_DIGITS = 3
ANSWERS = {Promise.REFUSED: "callback_refused", Promise.FAILED: "callback_failed"}


async def ask_where_to_call(leg: Leg, queue: QueueSettings) -> str:
    """Offer it, and return the number to call; "": they go on waiting."""
    rules = queue.callbacks
    key = await leg.speaker.say(("callback_offer", *spoken_number(int(rules.key), leg.speaker.language)), rules.key)
    if not (key or await leg.speaker.hear(rules.key, DECIDE_S)):
        return ""
    number = await _number(leg, may_change=rules.may_change_number)
    if not number:
        await leg.speaker.say(("callback_none",))
    return number


async def _number(leg: Leg, *, may_change: bool) -> str:
    """The caller's own or another one, said back and confirmed; "" when they think better of it."""
    own = leg.arrival.event.caller.number or ""
    if own:
        asked = ("callback_own", "callback_change") if may_change else ("callback_own",)
        key = await _key(leg, asked, YES + BACK + (OTHER if may_change else ""))
        if key != OTHER:
            return own if key == YES else ""
    elif not may_change:
        return ""
    for _ in range(TRIES):
        typed = await leg.speaker.collect(("enter_number",), DIGIT_S, MOST_DIGITS)
        digits = "".join(key for key in typed if key.isdigit())
        if len(digits) < FEWEST_DIGITS:
            continue
        said = tuple(f"number_{digit}" for digit in digits)
        key = await _key(leg, ("callback_number_is", *said, "callback_confirm"), YES + OTHER + BACK)
        if key != OTHER:
            return digits if key == YES else ""
    return ""


async def _key(leg: Leg, prompts: tuple[str, ...], keys: str) -> str:
    return await leg.speaker.say(prompts, keys) or await leg.speaker.hear(keys, DECIDE_S)
