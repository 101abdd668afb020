"""Who asked for an agent in a campaign without agents and got none is told by the attempt, and reports read it."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

_INDEX = "ix_attempts_campaign_id_planned_at_reported"
_BEFORE = (
    *("campaign_id", "planned_at", "list_id", "shown_as", "verdict", "disposition", "state"),
    *("abandoned", "converted", "connected_at", "ended_at", "lead_id"),
)
_attempts = sa.table(
    "attempts",
    *(sa.column(name) for name in ("response", "end_reason", "listened_ms", "connected_at")),
)
_LOST = {"abandoned_in_queue": "lost_waiting", "abandoned_ringing": "lost_ringing"}


def upgrade() -> None:
    """Seconds for a million attempts; of older ones it is known who hung up in a line."""
    for end_reason, response in _LOST.items():
        of = sa.and_(_attempts.c.listened_ms.is_not(None), _attempts.c.connected_at.is_(None))
        lost = sa.update(_attempts).where(of, _attempts.c.end_reason == end_reason)
        op.execute(lost.values(response=response))
    _instead((*_BEFORE, "response", "agent_id"))


def downgrade() -> None:
    """What was chosen before the line is not known any more."""
    op.execute(sa.update(_attempts).where(_attempts.c.response.in_(tuple(_LOST.values()))).values(response=None))
    _instead(_BEFORE)


def _instead(columns: tuple[str, ...]) -> None:
    op.drop_index(_INDEX, "attempts")
    op.create_index(_INDEX, "attempts", list(columns))
