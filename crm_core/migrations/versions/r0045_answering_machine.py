"""Every campaign's disposition for machines; and callbacks whose title nobody wrote have none, in any language."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0043"

_CODE = "answering_machine"
_WORDS = sa.table(
    "dispositions",
    sa.column("code", sa.String()),
    sa.column("label_zh", sa.String()),
    sa.column("label_en", sa.String()),
    sa.column("active", sa.Boolean()),
    sa.column("sort", sa.Integer()),
)
_TASKS = sa.table("tasks", sa.column("kind", sa.String()), sa.column("title", sa.String()))
_CALLS = sa.table("calls", sa.column("disposition", sa.String()))
# what pages wrote by themselves, in the language of who had the call
_BY_PAGES = ("约定回拨", "Callback agreed", "回拨客户", "Call back")
_CALLBACK = "callback"


def upgrade() -> None:
    """A house may have renamed what its pages wrote into titles."""
    connection = op.get_bind()
    if connection.scalar(sa.select(_WORDS.c.code).where(_WORDS.c.code == _CODE)) is None:
        row = {"code": _CODE, "label_zh": "答录机", "label_en": "Answering machine", "active": True, "sort": 90}
        op.bulk_insert(_WORDS, [row])
    else:
        op.execute(sa.update(_WORDS).where(_WORDS.c.code == _CODE).values(active=True))
    named = sa.select(_WORDS.c.label_zh, _WORDS.c.label_en).where(_WORDS.c.code == _CALLBACK)
    titles = {*_BY_PAGES, *(label for row in connection.execute(named) for label in row)}
    unwritten = _TASKS.c.kind == _CALLBACK, _TASKS.c.title.in_(sorted(titles))
    op.execute(sa.update(_TASKS).where(*unwritten).values(title=""))


def downgrade() -> None:
    """A title has to be there; the word goes, unless calls have it."""
    op.execute(sa.update(_TASKS).where(_TASKS.c.title == "").values(title="Callback agreed"))
    used = sa.select(_CALLS.c.disposition).where(_CALLS.c.disposition == _CODE).exists()
    op.execute(sa.delete(_WORDS).where(_WORDS.c.code == _CODE, ~used))
