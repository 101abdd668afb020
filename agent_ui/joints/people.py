"""Who a session belongs to, and what they see of the floor."""

from collections.abc import Mapping
from typing import Any

from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity, Sessions
from agent_ui.push.visibility import Viewer
from crm_core.domain.number_right import SETTING, right_of
from crm_core.errors import NotFound, StorageError
from crm_core.stored_settings import StoredSettings
from crm_core.users import UserRow, Users

SUPERVISION_SETTING = "agents_see_supervisors"


class CrmPeople:
    """Reads users as identities."""

    def __init__(self, users: Users, settings: StoredSettings) -> None:
        self._users = users
        self._settings = settings

    async def identify(self, user_id: int, session_key: str) -> Identity | None:
        """None when the user is gone or switched off."""
        try:
            user = await self._users.get(user_id)
        except NotFound:
            return None
        if not user.active:
            return None
        return identity_of(user, session_key, (await self._settings.all()).get(SETTING))


def identity_of(user: UserRow, session_key: str, number_rights: Mapping[str, Any] | None) -> Identity:
    """Turn a row into the person who asks."""
    return Identity(
        user_id=user.id,
        login=user.login,
        name=user.name,
        role=user.role,
        extension=user.extension,
        language=user.language,
        queue_ids=user.queue_ids,
        session_key=session_key,
        number_right=right_of(user.role, user.number_right, number_rights),
    )


def viewer_of(who: Identity, *, agents_see_supervisors: bool = False) -> Viewer:
    """Whoever has an extension has a seat on the floor under the number of the user."""
    sees_floor = who.may(Permission.SEE_FLOOR)
    return Viewer(
        user_id=who.user_id,
        agent_id=None if who.extension is None else who.user_id,
        sees_floor=sees_floor,
        queue_ids=frozenset(who.queue_ids),
        sees_numbers=who.sees_numbers,
        sees_supervision=sees_floor or agents_see_supervisors,
    )


async def may_have_phone(sessions: Sessions, session_key: str, extension: str) -> bool:
    """Whether a session may have an extension's phone; without a database its ticket's word counts."""
    try:
        who = await sessions.keep(session_key)
    except StorageError:
        return True
    return who is not None and who.may(Permission.TAKE_CALLS) and who.extension == extension
