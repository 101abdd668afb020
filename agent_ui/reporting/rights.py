"""Whose work a person may see in reports of people: supervisors that of their own teams, if they have some."""

from collections.abc import Collection
from typing import TypeVar

from agent_ui.errors import ApiError
from agent_ui.reporting.choices import Choices
from crm_core.domain.report import OF_PEOPLE

Asked = TypeVar("Asked", bound=Choices)
ADMIN = "admin"


def narrowed(asked: Asked, role: str, queue_ids: Collection[int]) -> Asked:
    """Leave only what the person may see; refuse a team of others that is asked for by name.

    A supervisor who serves no queue leads the house. Calls are everybody's on the floor and in the call log, and so are
    reports of calls; but of chosen people their occupancy is in them, too.
    """
    is_of_people = asked.axis in OF_PEOPLE or asked.agent_ids or asked.team_ids
    if not is_of_people or role == ADMIN or not queue_ids:
        return asked
    if not set(asked.team_ids) <= set(queue_ids):
        raise ApiError(403, "other_team", "You lead other teams: choose one of yours.")
    return asked.model_copy(update={"team_ids": asked.team_ids or tuple(sorted(queue_ids))})
