"""An index from which it is counted how often each number of ours was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"

_NAME = "ix_attempts_shown_as_planned_at"
_DIALED = sa.text("state <> 'cancelled'")


def upgrade() -> None:
    """Without it each start of Callroom would read all attempts of a day."""
    op.create_index(op.f(_NAME), "attempts", ["shown_as", "planned_at"], sqlite_where=_DIALED, postgresql_where=_DIALED)


def downgrade() -> None:
    """Nothing asks it any more."""
    op.drop_index(op.f(_NAME), "attempts")
