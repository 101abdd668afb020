"""What callers are told before a recording, and the key by which they refuse it."""

from cti.domain.commands import Notice
from cti.domain.values import NoRecording, OutboundSettings, QueueSettings
from ivr.leg import Leg

REFUSAL_KEY = "9"
OFFER_PROMPT, CONFIRMATION_PROMPT = "recording_refusal", "recording_refused"
# The key comes after the sentence that names it as often as during it.
DECIDE_S = 2.0


class Consent:
    """Remembers over the lines of one visit what was told and what was answered; a refusal holds to its end."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._told: set[str] = set()
        place = leg.arrival.place
        self.refused = place is not None and place.refused

    async def ask(self, queue: QueueSettings | OutboundSettings | None) -> NoRecording | None:
        """Before the line, so that whoever answers first need not wait; None: the caller may be recorded."""
        if self.refused:
            return NoRecording.REFUSED
        if queue is None or not queue.record:
            return None
        return await self.give(Notice(queue.consent_prompt, queue.consent_refusable))

    async def give(self, notice: Notice) -> NoRecording | None:
        """What was told in this visit is not told again."""
        if self.refused:
            return NoRecording.REFUSED
        if notice.prompt is None:
            return None
        keys = REFUSAL_KEY if notice.refusable else ""
        for prompt in (notice.prompt, *([OFFER_PROMPT] if keys else [])):
            if prompt in self._told:
                continue
            key = await self._leg.speaker.tell(prompt, keys)
            if key is None:
                return NoRecording.NOT_TOLD
            self._told.add(prompt)
            if key or (prompt == OFFER_PROMPT and await self._leg.speaker.hear(keys, DECIDE_S)):
                return await self._refuse()
        return None

    async def _refuse(self) -> NoRecording:
        self.refused = True
        # Said back, so that who pressed the key by habit hears what it did.
        await self._leg.speaker.say((CONFIRMATION_PROMPT,))
        return NoRecording.REFUSED
