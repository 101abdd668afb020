"""First tables, and the words that every installation starts with."""

from alembic import op

from crm_core.migrations.first import calls, customers, people, routing, words

revision = "0001"
down_revision = None

STEPS = (
    routing.create_dispositions,
    routing.create_flows,
    routing.create_pause_reasons,
    routing.create_prompts,
    routing.create_queues,
    people.create_settings,
    people.create_users,
    people.create_agent_now,
    people.create_agent_states,
    people.create_audit_log,
    customers.create_customers,
    routing.create_entry_numbers,
    routing.create_flow_versions,
    people.create_sessions,
    people.create_user_queues,
    calls.create_calls,
    calls.index_calls,
    customers.create_contacts,
    calls.create_messages,
    customers.create_search_tokens,
    customers.create_tasks,
    calls.create_call_events,
    calls.create_call_legs,
    customers.create_contact_points,
    customers.create_interactions,
    calls.create_recordings,
)
TABLES = (
    "recordings",
    "interactions",
    "contact_points",
    "call_legs",
    "call_events",
    "tasks",
    "search_tokens",
    "messages",
    "contacts",
    "calls",
    "user_queues",
    "sessions",
    "flow_versions",
    "entry_numbers",
    "customers",
    "audit_log",
    "agent_states",
    "agent_now",
    "users",
    "settings",
    "queues",
    "prompts",
    "pause_reasons",
    "flows",
    "dispositions",
)


def upgrade() -> None:
    """Create everything, parents before children."""
    for step in STEPS:
        step()
    words.insert_words()


def downgrade() -> None:
    """Drop everything, children before parents."""
    for table in TABLES:
        op.drop_table(table)
