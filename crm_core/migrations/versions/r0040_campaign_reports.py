"""An index that reports of campaigns are read from."""

from alembic import op

revision = "0040"
down_revision = "0038"

_REPORTED = [
    *("campaign_id", "planned_at", "list_id", "shown_as", "verdict", "disposition", "state"),
    *("abandoned", "converted", "connected_at", "ended_at", "lead_id"),
]


def upgrade() -> None:
    """Seconds for a million attempts."""
    op.create_index("ix_attempts_campaign_id_planned_at_reported", "attempts", _REPORTED)


def downgrade() -> None:
    """Reports are slow again."""
    op.drop_index("ix_attempts_campaign_id_planned_at_reported", "attempts")
