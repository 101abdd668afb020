"""Sums for reports, and the call that a wrap-up belongs to."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0014"
down_revision = "0013"

_STEPS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300)
_OF_CALLS = (
    *("arrived", "in_menu", "outbound", "reached", "outbound_talk_ms"),
    *("offered", "answered", "given_up", "passed_on", "wait_ms", "handled"),
    *("talk_ms", "hold_ms", "wrap_up_ms", "missed", "declined", "transferred", "invited", "conferences"),
    *("rated", "rating"),
    *(f"answered_{step}" for step in _STEPS),
    *(f"given_up_{step}" for step in (3, 5, 6, *_STEPS[1:])),
)
_OF_AGENTS = (
    *("offered", "answered", "missed", "declined", "took", "talks"),
    *("transferred", "announced", "invited", "conferences", "helped"),
    *("ring_ms", "talk_ms", "hold_ms", "wrap_up_ms", "helped_ms"),
    *("outbound", "reached", "outbound_talk_ms", "outbound_wrap_up_ms"),
)
_STATES = ("ready_ms", "ringing_ms", "talking_ms", "wrap_up_ms", "not_ready_ms")
_NEW = ("report_pauses", "report_quarters", "report_shifts", "report_agents", "report_sums")
_ROWS = ("report_shares", "report_stays", "report_scopes", "report_changes")


def _sums(names: tuple[str, ...]) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in names]


def _make(name: str, keys: list[sa.Column[object]], *columns: sa.Column[object], sums: tuple[str, ...] = ()) -> None:
    primary = sa.PrimaryKeyConstraint(*(key.name for key in keys), name=op.f(f"pk_{name}"))
    op.create_table(name, *keys, *columns, *_sums(sums), primary)


def _key(name: str, kind: object) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)  # type: ignore[arg-type]


def upgrade() -> None:
    """Make the tables. What is in the call log is counted by the program when it starts."""
    op.add_column("agent_states", sa.Column("call_id", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_agent_states_call_id"), "agent_states", ["call_id"])
    _make_rows()
    day, agent = ("day", sa.Date()), ("agent_id", BIG_ID)
    label, scope = ("label", sa.String(length=64)), ("scope_id", BIG_ID)
    keys = [_key("axis", sa.String(length=16)), _key(*day), _key("slot", sa.Integer()), _key(*label), _key(*scope)]
    _make("report_sums", keys, _key("clock", sa.Integer()), sums=_OF_CALLS)
    _make("report_agents", [_key(*day), _key(*agent), _key("queue_id", BIG_ID)], sums=_OF_AGENTS)
    _make("report_shifts", [_key(*day), _key(*agent)], _key("sign_ins", sa.Integer()), sums=_STATES)
    keys = [_key(*day), _key("slot", sa.Integer()), _key(*agent)]
    _make("report_quarters", keys, _key("clock", sa.Integer()), sums=_STATES)
    keys = [_key(*day), _key(*agent), _key("reason", sa.String(length=64))]
    _make("report_pauses", keys, _key("times", sa.Integer()), _key("spent_ms", sa.BigInteger()))


def _make_rows() -> None:
    text, instant = sa.String(length=64), UtcDateTime()
    _make(
        "report_changes",
        [_key("key", sa.String(length=80))],
        _key("stamp", sa.String(length=80)),
        sa.Column("since", instant, nullable=True),
    )
    op.create_table(
        "report_scopes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("lines", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_scopes")),
        sa.UniqueConstraint("path", "lines", name=op.f("uq_report_scopes_path_lines")),
    )
    numbers = [_key(name, sa.Integer()) for name in ("slot", "clock")]
    words = [_key(name, text) for name in ("dialed", "disposition", "outcome")]
    figures = [_key("wait_s", sa.Double()), _key("handled", sa.Boolean()), _key("rating", sa.Integer())]
    rest = [_key("day", sa.Date()), *numbers, _key("since", instant), *words, *figures, _key("work", JSON_VALUE)]
    _make("report_stays", [_key("call_id", text), _key("scope_id", BIG_ID)], *rest)
    op.create_index(op.f("ix_report_stays_day_scope_id_slot"), "report_stays", ["day", "scope_id", "slot"])
    keys = [_key("call_id", text), _key("agent_id", BIG_ID), _key("queue_id", BIG_ID)]
    _make("report_shares", keys, _key("day", sa.Date()), _key("sums", JSON_VALUE))
    op.create_index(op.f("ix_report_shares_agent_id_day"), "report_shares", ["agent_id", "day"])


def downgrade() -> None:
    """Forget the sums; the call log has all that they were made of."""
    for name in (*_NEW, *_ROWS):
        op.drop_table(name)
    op.drop_index(op.f("ix_agent_states_call_id"), "agent_states")
    with op.batch_alter_table("agent_states") as table:
        table.drop_column("call_id")
