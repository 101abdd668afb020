"""At a machine that answered: silence until it records, then a message, and the call is over."""

import asyncio

from cti.domain.commands import AwaitBeep, LeaveMessage
from cti.domain.values import EndReason
from ivr.leg import Leg


async def leave_message(leg: Leg, order: AwaitBeep) -> EndReason:
    """Return whether something was left there; without a beep nothing is."""
    await leg.stop_music()
    loop = asyncio.get_running_loop()
    until_s = loop.time() + order.most_s
    while (left_s := until_s - loop.time()) > 0:
        await leg.lease.renew()
        came = await leg.session.while_here(leg.line.next_order(min(leg.settings.renew_every_s, left_s)))
        if isinstance(came, LeaveMessage):
            await leg.speaker.say((came.prompt,))
            return EndReason.MESSAGE_LEFT
    return EndReason.MACHINE
