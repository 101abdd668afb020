"""Where Alembic starts; the connection is handed in by `crm_core.migrations.upgrade`."""

from alembic import context

from crm_core.migrations.search_index import is_of_the_models
from crm_core.models import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=is_of_the_models,
)
with context.begin_transaction():
    context.run_migrations()
