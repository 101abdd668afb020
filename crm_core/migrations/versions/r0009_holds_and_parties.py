"""How long customers were on hold, whom agents invited to a call, and which agents took part in it."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, UtcDateTime

revision = "0009"
down_revision = "0008"

# Until now an agent's own log was that of the calls they had last; who had one before them is in its legs.
GATHER = """INSERT INTO call_agents (agent_id, started_at, call_id)
    SELECT agent_id, started_at, id FROM calls WHERE agent_id IS NOT NULL
    UNION SELECT call_legs.agent_id, calls.started_at, calls.id
    FROM call_legs JOIN calls ON calls.id = call_legs.call_id
    WHERE call_legs.agent_id IS NOT NULL AND call_legs.talk_started_at IS NOT NULL"""


def upgrade() -> None:
    """Nobody was held or invited before, but calls were passed on by the way of a queue."""
    op.add_column("calls", sa.Column("held_s", sa.Double(), nullable=False, server_default="0"))
    op.add_column("call_legs", sa.Column("held_s", sa.Double(), nullable=False, server_default="0"))
    op.add_column("call_legs", sa.Column("number", sa.String(length=64), nullable=True))
    op.create_table(
        "call_agents",
        sa.Column("agent_id", BIG_ID, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["users.id"], name=op.f("fk_call_agents_agent_id_users")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_agents_call_id_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("agent_id", "started_at", "call_id", name=op.f("pk_call_agents")),
    )
    op.create_index(op.f("ix_call_agents_call_id"), "call_agents", ["call_id"])
    op.get_bind().exec_driver_sql(GATHER)


def downgrade() -> None:
    """Forget all of it."""
    op.drop_table("call_agents")
    with op.batch_alter_table("call_legs") as table:
        table.drop_column("number")
        table.drop_column("held_s")
    with op.batch_alter_table("calls") as table:
        table.drop_column("held_s")
