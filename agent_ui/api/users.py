"""People who sign in; and the directory of names that every role may read."""

from typing import Annotated, Any, Literal

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Answer, Body, OwnAnswer, Route
from agent_ui.api.shapes import Named, PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.secrets import make_password
from crm_core.domain.number_right import NumberRight
from crm_core.users import UserChanges, UserDraft, UserRow
from cti.domain.values import Phone, PhoneKind

Role = Literal["admin", "supervisor", "agent"]
Language = Literal["zh", "en"]
Skills = dict[Annotated[str, Field(max_length=64)], int]


class PhoneBody(Body):
    """What an agent talks with; `number` is that of one outside, `persistent`: kept up through the shift.

    `confirm`: whoever answers a number outside presses 1 before the call comes.
    """

    kind: PhoneKind = PhoneKind.BROWSER
    number: Annotated[str, Field(max_length=32)] = ""
    persistent: bool = False
    beep: bool = True
    confirm: bool = True

    def phone(self) -> Phone:
        """As the rest of Callroom has it."""
        return Phone(self.kind, self.number, self.persistent, self.beep, self.confirm)


class PhoneAnswer(OwnAnswer):
    """The same, as it is stored."""

    kind: str = PhoneKind.BROWSER.value
    number: str = ""
    persistent: bool = False
    beep: bool = True
    confirm: bool = True


class NewUser(Body):
    """The password is generated."""

    login: str = Field(max_length=64)
    name: str = Field(max_length=200)
    role: Role = "agent"
    language: Language = "zh"
    number_right: NumberRight | Literal[""] = ""
    queue_ids: list[int] = Field(default_factory=list, max_length=200)
    reserve_queue_ids: list[int] = Field(default_factory=list, max_length=200)
    skills: Skills = Field(default_factory=dict, max_length=200)
    phone: PhoneBody = Field(default_factory=PhoneBody)


class ChangedUser(Body):
    """Only what is named changes."""

    version: int | None = None
    name: str | None = Field(None, max_length=200)
    role: Role | None = None
    language: Language | None = None
    number_right: NumberRight | Literal[""] | None = None
    active: bool | None = None
    queue_ids: list[int] | None = Field(None, max_length=200)
    reserve_queue_ids: list[int] | None = Field(None, max_length=200)
    skills: Skills | None = Field(None, max_length=200)
    phone: PhoneBody | None = None


class UserAnswer(OwnAnswer):
    """A user, without anything secret."""

    id: int
    login: str
    name: str
    role: str
    extension: str | None
    language: str
    number_right: str
    active: bool
    queue_ids: tuple[int, ...]
    reserve_queue_ids: tuple[int, ...]
    skills: dict[str, int]
    phone: PhoneAnswer
    version: int


class NewUserAnswer(OwnAnswer):
    """The password is shown this once."""

    user: UserAnswer
    password: str


class PasswordAnswer(OwnAnswer):
    """The password is shown this once."""

    password: str


class DirectoryUser(Answer):
    """A colleague."""

    id: int
    name: str
    extension: str | None
    role: str
    active: bool


class DirectoryAnswer(Answer):
    """Names for filters and choices."""

    users: tuple[DirectoryUser, ...]
    queues: tuple[Named, ...]


async def list_users(ask: Ask) -> dict[str, Any]:
    """List all, the inactive ones too."""
    return {"items": await ask.parts.memory.users.all()}


async def add_user(ask: Ask) -> dict[str, Any]:
    """Save a new one with a generated password."""
    body: NewUser = ask.body
    password = make_password()
    stored = await ask.parts.passwords.hash(password)
    draft = UserDraft(
        body.login,
        body.name,
        stored,
        body.role,
        body.language,
        tuple(body.queue_ids),
        number_right=body.number_right,
        skills=body.skills,
        reserve_queue_ids=tuple(body.reserve_queue_ids),
        phone=body.phone.phone(),
    )
    user = await ask.parts.memory.users.add(draft, ask.actor)
    await ask.parts.roster_changed()
    return {"user": user, "password": password}


async def change_user(ask: Ask) -> UserRow:
    """Save changes; who is switched off or has another role must sign in again."""
    body: ChangedUser = ask.body
    changes: UserChanges = {}
    for name in body.model_fields_set - {"version"}:
        value = getattr(body, name)
        if value is not None:
            changes[name] = value.phone() if isinstance(value, PhoneBody) else value  # type: ignore[literal-required]
    before = await ask.parts.memory.users.get(ask.number("user_id"))
    user = await ask.parts.memory.users.change(before.id, body.version, changes, ask.actor)
    await ask.parts.roster_changed()
    sign_out = (user.role, user.active) != (before.role, before.active)
    await ask.parts.person_changed(user.id, sign_out=sign_out)
    return user


async def reset_password(ask: Ask) -> dict[str, str]:
    """Generate a new password; all browsers of the person are signed out."""
    user_id, password = ask.number("user_id"), make_password()
    changes: UserChanges = {"password_hash": await ask.parts.passwords.hash(password)}
    await ask.parts.memory.users.change(user_id, None, changes, ask.actor)
    await ask.parts.person_changed(user_id, sign_out=True)
    return {"password": password}


async def show_directory(ask: Ask) -> dict[str, Any]:
    """List colleagues and queues."""
    queues = [{"id": queue.id, "name": queue.settings.name} for queue in await ask.parts.memory.queues.all()]
    return {"users": await ask.parts.memory.users.all(), "queues": queues}


def _admin(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.ADMINISTER, handler=handler, summary=summary, **more)


ROUTES = [
    _admin("GET", "/users", list_users, "List users", answer=PageAnswer[UserAnswer]),
    _admin("POST", "/users", add_user, "Add a user", body=NewUser, answer=NewUserAnswer, status=201),
    _admin("PATCH", "/users/{user_id:int}", change_user, "Change a user", body=ChangedUser, answer=UserAnswer),
    _admin("POST", "/users/{user_id:int}/password", reset_password, "Set a new password", answer=PasswordAnswer),
    Route(
        method="GET",
        path="/directory",
        permission=Permission.SIGNED_IN,
        handler=show_directory,
        summary="Names of colleagues and queues",
        answer=DirectoryAnswer,
    ),
]
