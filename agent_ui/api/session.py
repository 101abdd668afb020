"""Signing in and out, and who one is."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StringConstraints

from agent_ui.api.answering import cookie_name
from agent_ui.api.ask import Ask
from agent_ui.api.route import Answer, Body, OwnText, Route
from agent_ui.auth.admission import WrongPassword
from agent_ui.auth.passwords import PASSWORD_MAX, PASSWORD_MIN
from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity
from agent_ui.errors import ApiError, FieldProblem
from agent_ui.phones.ticket import ticket_cookie
from crm_core.users import UserChanges

Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=PASSWORD_MAX)]


class SignIn(Body):
    """What a person types."""

    login: str = Field(max_length=64)
    password: Password


class Preferences(Body):
    """What a person sets for themselves."""

    language: Literal["zh", "en"]


class NewPassword(Body):
    """Changing one's own."""

    current: Password
    new: Password


class Me(Answer):
    """The person who asks."""

    id: int
    login: OwnText
    name: OwnText
    role: OwnText
    extension: OwnText | None
    language: OwnText
    queue_ids: tuple[int, ...]


class SoftphoneHint(Answer):
    """Where the softphone connects; the password is at GET /softphone."""

    extension: OwnText
    sip_uri: OwnText
    ws_path: OwnText


class SessionAnswer(Answer):
    """All that the frame of the app needs."""

    user: Me
    role: OwnText
    permissions: tuple[OwnText, ...]
    softphone: SoftphoneHint | None
    demo: bool
    version: OwnText


async def sign_in(ask: Ask) -> web.Response:
    """Check the password; the answer is the same for a wrong login and a wrong password."""
    parts, body = ask.parts, ask.body
    try:
        found = await parts.admission.check(body.login, body.password, ask.address)
    except WrongPassword as error:
        await parts.audit(error.user_id, ask.address, "session.refused")
        raise ApiError(401, "wrong_credentials", "Login or password is wrong.") from error
    await _end_previous(ask)
    token = await parts.sessions.open(found.user_id, ask.address, ask.request.headers.get("User-Agent", ""))
    await parts.audit(found.user_id, ask.address, "session.opened")
    ask.identity = await parts.sessions.identify(token)
    answer = SessionAnswer.model_validate(describe(ask), from_attributes=True)
    response = web.Response(body=answer.model_dump_json(), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    web_settings = parts.config.web
    response.set_cookie(
        cookie_name(web_settings.secure),
        token,
        max_age=web_settings.session_absolute_s,
        httponly=True,
        secure=web_settings.secure,
        samesite="Lax",
        path="/",
    )
    return response


async def _end_previous(ask: Ask) -> None:
    # a new id at every sign-in: one that was planted or left over is worth nothing
    if ask.identity is not None:
        await ask.parts.sessions.close(ask.identity.session_key)


async def show_session(ask: Ask) -> dict[str, object]:
    """Say who is signed in."""
    return describe(ask)


async def sign_out(ask: Ask) -> web.Response:
    """End the session; its sockets close at once."""
    await ask.parts.sessions.close(ask.me.session_key)
    await ask.parts.audit(ask.me.user_id, ask.address, "session.closed")
    response = web.Response(status=204)
    for name in (cookie_name(ask.parts.config.web.secure), ticket_cookie(ask.parts.config.web.secure)):
        response.del_cookie(name, path="/")
    return response


async def set_preferences(ask: Ask) -> dict[str, object]:
    """Save the person's language."""
    changes: UserChanges = {"language": ask.body.language}
    await ask.parts.memory.users.change(ask.me.user_id, None, changes, ask.actor)
    ask.parts.sessions.forget(ask.me.user_id)
    ask.identity = await ask.parts.sessions.keep(ask.me.session_key)
    return describe(ask)


async def change_own_password(ask: Ask) -> None:
    """Needs the current one; all other browsers of the person are signed out."""
    parts, me = ask.parts, ask.me
    try:
        await parts.admission.check(me.login, ask.body.current, ask.address)
    except WrongPassword as error:
        await parts.audit(me.user_id, ask.address, "session.refused")
        problem = FieldProblem("current", "wrong", "is not your present password")
        raise ApiError(422, "invalid", "The present password is wrong.", (problem,)) from error
    check_password(ask.body.new, "new")
    changes: UserChanges = {"password_hash": await parts.passwords.hash(ask.body.new)}
    await parts.memory.users.change(me.user_id, None, changes, ask.actor)
    await parts.sessions.close_all_of(me.user_id, but=me.session_key)


def check_password(password: str, path: str) -> None:
    """Length is what counts (NIST SP 800-63B); rules about digits and signs are not asked for."""
    if len(password) < PASSWORD_MIN:
        problem = FieldProblem(path, "too_short", f"must have at least {PASSWORD_MIN} characters")
        raise ApiError(422, "invalid", "The new password is too short.", (problem,))


def describe(ask: Ask) -> dict[str, object]:
    """Collect what the frame of the app needs."""
    me, parts = ask.me, ask.parts
    return {
        "user": person(me),
        "role": me.role,
        "permissions": sorted(me.permissions),
        "softphone": None
        if me.extension is None
        else {"extension": me.extension, "sip_uri": sip_uri(me.extension), "ws_path": "/sip"},
        "demo": parts.demo_caller is not None,
        "version": parts.version,
    }


def person(me: Identity) -> dict[str, object]:
    """Return the person as the API shows them."""
    return {
        "id": me.user_id,
        "login": me.login,
        "name": me.name,
        "role": me.role,
        "extension": me.extension,
        "language": me.language,
        "queue_ids": me.queue_ids,
    }


def sip_uri(extension: str) -> str:
    """Return the softphone's address; Asterisk goes by the user part, the host only has to be well-formed."""
    return f"sip:{extension}@callroom.invalid"


ROUTES = [
    Route(
        method="POST",
        path="/session",
        permission=Permission.PUBLIC,
        handler=sign_in,
        summary="Sign in",
        body=SignIn,
        answer=SessionAnswer,
    ),
    Route(
        method="GET",
        path="/session",
        permission=Permission.SIGNED_IN,
        handler=show_session,
        summary="Who is signed in",
        answer=SessionAnswer,
    ),
    Route(
        method="DELETE",
        path="/session",
        permission=Permission.SIGNED_IN,
        handler=sign_out,
        summary="Sign out",
    ),
    Route(
        method="PUT",
        path="/session/preferences",
        permission=Permission.SIGNED_IN,
        handler=set_preferences,
        summary="Set one's own language",
        body=Preferences,
        answer=SessionAnswer,
    ),
    Route(
        method="PUT",
        path="/session/password",
        permission=Permission.SIGNED_IN,
        handler=change_own_password,
        summary="Change one's own password",
        body=NewPassword,
    ),
]
