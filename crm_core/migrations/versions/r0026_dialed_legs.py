"""How often a number was dialed today, out of calls too."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Legs are looked up by number when a cap is asked."""
    op.create_index(op.f("ix_call_legs_number_started_at"), "call_legs", ["number", "started_at"])


def downgrade() -> None:
    """Look at all of them."""
    op.drop_index(op.f("ix_call_legs_number_started_at"), "call_legs")
