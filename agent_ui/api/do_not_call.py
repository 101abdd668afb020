"""Who must not be called: the list, numbers and customers put on it and taken off, and numbers from a file."""

from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, Self

from pydantic import Field, model_validator

from agent_ui.api.ask import Ask
from agent_ui.api.importing import FORMAT_FIELDS, PreviewAnswer, RejectedAnswer, look, preview_answer, read_format
from agent_ui.api.numbers import number_behind
from agent_ui.api.probing import spend_probe
from agent_ui.api.problems import invalid
from agent_ui.api.route import Answer, Body, NumberText, Route
from agent_ui.api.shapes import PageAnswer, PageQuery
from agent_ui.api.upload import save_upload
from agent_ui.auth.permissions import Permission
from agent_ui.errors import FieldProblem
from crm_core.customers import asks_for_number
from crm_core.do_not_call import DoNotCallFilter, DoNotCallRow
from crm_core.importing.listed_numbers import preview_list, take_list

REASON_MAX = 200


class ListQuery(PageQuery):
    """`q` is the beginning of a number, or a piece of a customer's name; `removed`: those that were taken off."""

    q: str = Field("", max_length=200)
    removed: bool = False


class NewEntry(Body):
    """A number, what a number stands on ("call:…"), or a customer with all numbers: one of the three."""

    number: str | None = Field(None, max_length=64)
    ref: str | None = Field(None, max_length=80)
    customer_id: int | None = None
    reason: str = Field(max_length=REASON_MAX)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.number, self.ref, self.customer_id].count(None) != 2:
            raise ValueError("Give number, ref or customer_id.")
        return self


class Removal(Body):
    """Why it may be called again."""

    reason: str = Field(max_length=REASON_MAX)


class EntryAnswer(Answer):
    """One entry; `removed_at` is null while it is in force."""

    id: int
    number: NumberText | None
    customer_id: int | None
    customer_name: str | None
    reason: str
    added_at: datetime
    added_by: str | None
    removed_at: datetime | None
    removed_by: str | None
    removal_reason: str


class TakenAnswer(Answer):
    """How a file came out: `columns` were read as number and reason, `known` numbers were on the list already."""

    columns: tuple[str, ...]
    row_count: int
    added: int
    known: int
    rejected_rows: int
    rejected: tuple[RejectedAnswer, ...]


def entry_answer(row: DoNotCallRow) -> dict[str, Any]:
    """Build the JSON of one entry."""
    return {
        "id": row.id,
        "number": row.display if row.number is not None else None,
        "customer_id": row.customer_id,
        "customer_name": row.customer_name,
        "reason": row.reason,
        "added_at": row.added_at,
        "added_by": row.added_by_name,
        "removed_at": row.removed_at,
        "removed_by": row.removed_by_name,
        "removal_reason": row.removal_reason,
    }


async def list_do_not_call(ask: Ask) -> dict[str, Any]:
    """List numbers and customers, the newest first."""
    query: ListQuery = ask.query
    masked = not ask.me.sees_numbers
    if masked and asks_for_number(query.q):
        await spend_probe(ask, query.q)
    wanted = DoNotCallFilter(query.q, query.removed, whole_numbers_only=masked)
    page = await ask.parts.memory.do_not_call.page(wanted, query.cursor, query.limit)
    return {"items": [entry_answer(row) for row in page.items], "next_cursor": page.next_cursor}


async def add_do_not_call(ask: Ask) -> dict[str, Any]:
    """Put somebody on the list."""
    body: NewEntry = ask.body
    book = ask.parts.memory.do_not_call
    if body.customer_id is not None:
        return entry_answer(await book.add_customer(body.customer_id, body.reason, ask.actor))
    typed = body.number if body.ref is None else (await number_behind(ask, body.ref)).typed
    return entry_answer(await book.add_number(typed or "", body.reason, ask.actor))


async def remove_do_not_call(ask: Ask) -> None:
    """Take it off the list."""
    await ask.parts.memory.do_not_call.remove(ask.number("entry_id"), ask.body.reason, ask.actor)


async def restore_do_not_call(ask: Ask) -> None:
    """Put back what was taken off by mistake."""
    await ask.parts.memory.do_not_call.restore(ask.number("entry_id"), ask.actor)


async def import_do_not_call(ask: Ask) -> object:
    """Put the numbers of a file on the list."""
    with TemporaryFile() as file:
        fields = await save_upload(ask, file, FORMAT_FIELDS | {"reason", "name"})
        reason = fields.get("reason", "").strip()
        if not reason or len(reason) > REASON_MAX:
            raise invalid([FieldProblem("reason", "missing", f"must say why, in {REASON_MAX} characters at most")])
        name, as_ = fields.get("name", "")[:REASON_MAX], read_format(fields)
        return await take_list(ask.parts.memory.do_not_call, file, name, reason, ask.actor, as_)


async def preview_do_not_call(ask: Ask) -> dict[str, Any]:
    """Look at the file; nothing is saved."""
    found, _ = await look(ask, lambda source, as_, _: preview_list(source, as_), FORMAT_FIELDS)
    return preview_answer(found)


ROUTES = [
    Route(
        method="GET",
        path="/do-not-call",
        permission=Permission.MANAGE_DO_NOT_CALL,
        handler=list_do_not_call,
        summary="Who must not be called",
        query=ListQuery,
        answer=PageAnswer[EntryAnswer],
    ),
    Route(
        method="POST",
        path="/do-not-call",
        permission=Permission.EDIT_CUSTOMERS,
        handler=add_do_not_call,
        summary="Say that somebody must not be called",
        body=NewEntry,
        answer=EntryAnswer,
        status=201,
    ),
    Route(
        method="POST",
        path="/do-not-call/{entry_id:int}/removal",
        permission=Permission.MANAGE_DO_NOT_CALL,
        handler=remove_do_not_call,
        summary="Say that somebody may be called again",
        body=Removal,
    ),
    Route(
        method="DELETE",
        path="/do-not-call/{entry_id:int}/removal",
        permission=Permission.MANAGE_DO_NOT_CALL,
        handler=restore_do_not_call,
        summary="Put somebody back who was taken off the list by mistake",
    ),
    Route(
        method="POST",
        path="/do-not-call/import/preview",
        permission=Permission.MANAGE_DO_NOT_CALL,
        handler=preview_do_not_call,
        summary="Look at a file of numbers that must not be called",
        answer=PreviewAnswer,
        uploads=True,
    ),
    Route(
        method="POST",
        path="/do-not-call/import",
        permission=Permission.MANAGE_DO_NOT_CALL,
        handler=import_do_not_call,
        summary="Numbers that must not be called, from a file",
        answer=TakenAnswer,
        uploads=True,
    ),
]
