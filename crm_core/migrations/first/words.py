"""Dispositions and pause reasons that every installation starts with; an administrator edits them later."""

import sqlalchemy as sa
from alembic import op

DISPOSITIONS = (
    ("resolved", "已解决", "Resolved"),
    ("information", "咨询", "Information given"),
    ("order", "下单", "Order taken"),
    ("complaint", "投诉", "Complaint"),
    ("follow_up", "需要跟进", "Follow-up needed"),
    ("callback", "约定回拨", "Callback agreed"),
    ("wrong_number", "打错电话", "Wrong number"),
    ("no_voice", "无声来电", "Nobody spoke"),
)
PAUSE_REASONS = (
    ("break", "小休", "Break"),
    ("meal", "用餐", "Meal"),
    ("meeting", "会议", "Meeting"),
    ("training", "培训", "Training"),
    ("paperwork", "处理事务", "Paperwork"),
)


def insert_words() -> None:
    """Write both lists, in the order in which the screen shows them."""
    for table, words in (("dispositions", DISPOSITIONS), ("pause_reasons", PAUSE_REASONS)):
        op.bulk_insert(
            _table(table),
            [
                {"code": code, "label_zh": zh, "label_en": en, "active": True, "sort": 10 * place}
                for place, (code, zh, en) in enumerate(words, 1)
            ],
        )


def _table(name: str) -> sa.TableClause:
    return sa.table(
        name,
        sa.column("code", sa.String()),
        sa.column("label_zh", sa.String()),
        sa.column("label_en", sa.String()),
        sa.column("active", sa.Boolean()),
        sa.column("sort", sa.Integer()),
    )
