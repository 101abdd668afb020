"""What an agent does with their own seat: take it, leave it, be ready or not; and their softphone's account."""

from aiohttp import web

from agent_ui.api.ask import Ask
from agent_ui.api.route import Answer, Body, OwnText, Route
from agent_ui.api.session import sip_uri
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError, FieldProblem
from agent_ui.phones.ticket import Ticket, ticket_cookie, ticket_key, write_ticket
from cti.asterisk.secrets import sip_password
from cti.domain.events import AgentEvent, AgentSignedIn, AgentSignedOut, AgentWentNotReady, AgentWentReady


class NotReady(Body):
    """`reason` is the code of a pause reason."""

    reason: str


class SoftphoneAnswer(Answer):
    """The account at Asterisk; it works through `ws_path` only, with this session.

    `ws_port` is the phones' own port of the same host; null: the page's.
    """

    extension: OwnText
    sip_uri: OwnText
    ws_path: OwnText
    ws_port: int | None
    password: OwnText
    realm: OwnText


def seat(ask: Ask) -> tuple[int, str]:
    """Return the agent's id and extension; who has none has no seat."""
    me = ask.me
    if me.extension is None:
        raise ApiError(409, "no_extension", "You have no extension; an administrator can give you one.")
    return me.user_id, me.extension


async def request(ask: Ask, event: AgentEvent) -> None:
    """Ask the floor; it refuses with a code, or the new state comes by push."""
    await ask.parts.telephony.request(event)


async def agent_sign_in(ask: Ask) -> None:
    """Take the seat, not ready yet."""
    await request(ask, AgentSignedIn(seat(ask)[0]))


async def agent_sign_out(ask: Ask) -> None:
    """Leave the seat."""
    await request(ask, AgentSignedOut(seat(ask)[0]))


async def agent_ready(ask: Ask) -> None:
    """Take calls."""
    await request(ask, AgentWentReady(seat(ask)[0]))


async def agent_not_ready(ask: Ask) -> None:
    """Take none, and say why."""
    if ask.body.reason not in ask.parts.pause_codes:
        problem = FieldProblem("reason", "unknown", "is not the code of an active pause reason")
        raise ApiError(422, "invalid", "There is no such pause reason.", (problem,))
    await request(ask, AgentWentNotReady(seat(ask)[0], ask.body.reason))


async def show_softphone(ask: Ask) -> web.Response:
    """Hand out the account of the person's own extension, and the ticket for the phones' door."""
    _, extension = seat(ask)
    settings, sip_key = ask.parts.config.web, ask.parts.config.secrets.asterisk.sip_key
    # behind a proxy the same address counts for all: which process has /sip there is the proxy's affair
    is_apart = ask.parts.phones.is_open and not settings.public_origin
    answer = SoftphoneAnswer(
        extension=extension,
        sip_uri=sip_uri(extension),
        ws_path="/sip",
        ws_port=ask.parts.phones.port if is_apart else None,
        password=sip_password(sip_key, extension),
        realm="asterisk",
    )
    response = web.Response(body=answer.model_dump_json(), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    until_s = int(ask.parts.clock.now().timestamp()) + settings.session_absolute_s
    response.set_cookie(
        ticket_cookie(settings.secure),
        write_ticket(Ticket(extension, ask.me.session_key, until_s), ticket_key(sip_key)),
        max_age=settings.session_absolute_s,
        httponly=True,
        secure=settings.secure,
        samesite="Strict",
        path="/",
    )
    return response


def _post(path: str, handler: object, summary: str, body: type[Body] | None = None) -> Route:
    return Route(
        method="POST",
        path=path,
        permission=Permission.TAKE_CALLS,
        handler=handler,  # type: ignore[arg-type]
        summary=summary,
        body=body,
    )


ROUTES = [
    _post("/agent/sign-in", agent_sign_in, "Take one's seat"),
    _post("/agent/sign-out", agent_sign_out, "Leave one's seat"),
    _post("/agent/ready", agent_ready, "Be ready for calls"),
    _post("/agent/not-ready", agent_not_ready, "Be not ready, with a reason", NotReady),
    Route(
        method="GET",
        path="/softphone",
        permission=Permission.TAKE_CALLS,
        handler=show_softphone,
        summary="The softphone's account",
        answer=SoftphoneAnswer,
    ),
]
