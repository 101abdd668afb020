"""Asks who has talked with an agent how it was: one key from 1 to 5."""

from ivr.leg import Leg

QUESTION_PROMPT, THANKS_PROMPT = "survey", "survey_thanks"
SCORES = "12345"
TRIES = 2
# After the question, for the key.
DECIDE_S = 6.0


async def ask_how_it_was(leg: Leg) -> None:
    """Tell the floor the answer; who presses nothing, or nonsense twice, is left in peace. CallerGone as ever."""
    for _ in range(TRIES):
        key = await leg.speaker.tell(QUESTION_PROMPT, SCORES)
        if key is None:
            return
        key = key or await leg.speaker.hear(SCORES, DECIDE_S)
        if key:
            await leg.line.rate(int(key))
            await leg.speaker.say((THANKS_PROMPT,))
            return
