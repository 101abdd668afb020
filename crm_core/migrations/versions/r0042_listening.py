"""An index from which it is counted what people did in the flow of a campaign without agents."""

from alembic import op
from sqlalchemy import text

revision = "0042"
down_revision = "0041"

_LISTENED = text("listened_ms IS NOT NULL")


def upgrade() -> None:
    """Holds only attempts whose people were in such a flow."""
    op.create_index(
        "ix_attempts_campaign_id_response_listened",
        "attempts",
        ["campaign_id", "response", "listened_ms", "keys"],
        sqlite_where=_LISTENED,
        postgresql_where=_LISTENED,
    )


def downgrade() -> None:
    """The live page is slow again."""
    op.drop_index("ix_attempts_campaign_id_response_listened", "attempts")
