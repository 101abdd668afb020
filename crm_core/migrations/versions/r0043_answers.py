"""The index from which people who answered are counted holds all that is asked of them."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

_ANSWERED = sa.text("connected_at IS NOT NULL OR abandoned")
_ANSWERED_SQLITE = sa.text("connected_at IS NOT NULL OR abandoned = 1")
_BEFORE = "ix_attempts_campaign_id_planned_at_abandoned"
_NOW = "ix_attempts_campaign_id_planned_at_answered"


def upgrade() -> None:
    """Without it SQLite reads the wide index of the reports, for each count."""
    _instead(_BEFORE, _NOW, ["campaign_id", "planned_at", "abandoned", "verdict", "connected_at"])


def downgrade() -> None:
    """Count from the narrow one again."""
    _instead(_NOW, _BEFORE, ["campaign_id", "planned_at", "abandoned"])


def _instead(before: str, now: str, columns: list[str]) -> None:
    op.drop_index(op.f(before), "attempts")
    op.create_index(op.f(now), "attempts", columns, sqlite_where=_ANSWERED_SQLITE, postgresql_where=_ANSWERED)
