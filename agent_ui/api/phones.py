"""What agents talk with: their own view of it, their choice where it is theirs, and a desk phone's account."""

from typing import Any

from agent_ui.api.agent import request, seat
from agent_ui.api.ask import Ask
from agent_ui.api.route import OwnAnswer, OwnText, Route
from agent_ui.api.users import PhoneAnswer, PhoneBody
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from cti.asterisk.secrets import sip_password
from cti.domain.values import DESK
from cti.domain.wishes import AgentRedialed


class OwnPhoneAnswer(OwnAnswer):
    """`may_change`: the person sets it up themselves."""

    phone: PhoneAnswer
    may_change: bool


class DeskAccountAnswer(OwnAnswer):
    """What is typed into a SIP telephone; asking for it is in the audit log."""

    account: OwnText
    password: OwnText
    host: OwnText
    port: int


async def show_own_phone(ask: Ask) -> dict[str, Any]:
    """Say with what the person talks."""
    user = await ask.parts.memory.users.get(ask.me.user_id)
    return {"phone": user.phone, "may_change": ask.parts.config.telephone.agents_choose_phones}


async def choose_own_phone(ask: Ask) -> dict[str, Any]:
    """Take another one; it is in use from the next call on."""
    body: PhoneBody = ask.body
    _ours_to_choose(ask)
    user_id = seat(ask)[0]
    user = await ask.parts.memory.users.change(user_id, None, {"phone": body.phone()}, ask.actor)
    await ask.parts.roster_changed()
    return {"phone": user.phone, "may_change": True}


async def show_own_account(ask: Ask) -> dict[str, Any]:
    """Tell the account of one's own SIP telephone."""
    _ours_to_choose(ask)
    return await _account_of(ask, *seat(ask))


def _ours_to_choose(ask: Ask) -> None:
    if not ask.parts.config.telephone.agents_choose_phones:
        raise ApiError(409, "phone_by_admin", "An administrator sets up with what you talk.")


async def redial_own_phone(ask: Ask) -> None:
    """Call the phone that is kept up through the shift, anew if it is up."""
    await request(ask, AgentRedialed(seat(ask)[0]))


async def show_desk_account(ask: Ask) -> dict[str, Any]:
    """Tell the account of a user's SIP telephone."""
    user = await ask.parts.memory.users.get(ask.number("user_id"))
    if user.extension is None:
        raise ApiError(409, "no_extension", "This user has no extension.")
    return await _account_of(ask, user.id, user.extension)


async def _account_of(ask: Ask, user_id: int, extension: str) -> dict[str, Any]:
    account = DESK + extension
    await ask.parts.audit(ask.me.user_id, ask.address, "user.desk_account", user_id)
    config = ask.parts.config
    password = sip_password(config.secrets.asterisk.sip_key, account)
    return {"account": account, "password": password, "host": "127.0.0.1", "port": config.ports.sip}


ROUTES = [
    Route(
        method="GET",
        path="/agent/phone",
        permission=Permission.TAKE_CALLS,
        handler=show_own_phone,
        summary="With what one talks",
        answer=OwnPhoneAnswer,
    ),
    Route(
        method="PUT",
        path="/agent/phone",
        permission=Permission.TAKE_CALLS,
        handler=choose_own_phone,
        summary="Choose with what one talks",
        body=PhoneBody,
        answer=OwnPhoneAnswer,
    ),
    Route(
        method="POST",
        path="/agent/phone/account",
        permission=Permission.TAKE_CALLS,
        handler=show_own_account,
        summary="The account of one's own SIP telephone",
        answer=DeskAccountAnswer,
    ),
    Route(
        method="POST",
        path="/agent/phone/redial",
        permission=Permission.TAKE_CALLS,
        handler=redial_own_phone,
        summary="Call the phone that is kept up",
    ),
    Route(
        method="POST",
        path="/users/{user_id:int}/desk-account",
        permission=Permission.ADMINISTER,
        handler=show_desk_account,
        summary="The account of a user's SIP telephone",
        answer=DeskAccountAnswer,
    ),
]
