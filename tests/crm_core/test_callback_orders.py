"""Figures of callbacks that were ordered on a form: each once, in the quarter in which it was asked for."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.callback_orders import ordered_between
from crm_core.domain.report import OF_ORDERS, Axis, Wanted
from crm_core.reports.answers import Answer, Reports
from crm_core.reports.summary import Summary
from cti.domain.callback import CallbackResult, CallbackState
from tests.crm_core.test_callbacks import Office, office

__all__ = ["office"]
SHANGHAI = ZoneInfo("Asia/Shanghai")


async def asked(office: Office, callback_id: str, at: datetime, queue_id: int | None = None) -> None:
    memory = office.memory(from_call_id="", origin="web", callback_id=callback_id, asked_at=at)
    await office.callbacks.keep(
        memory
        if queue_id is None
        else office.memory(from_call_id="", origin="web", callback_id=callback_id, asked_at=at, queue_id=queue_id)
    )


async def became(office: Office, callback_id: str, result: CallbackResult, attempts: int) -> None:
    fact = office.changed(CallbackState.OVER, call_id="", callback_id=callback_id, result=result, attempts=attempts)
    await office.write(fact, fact)


async def answer(office: Office, axis: Axis, *queue_ids: int) -> Answer:
    reports = Reports(office.database, Summary(office.database, SHANGHAI, office.clock), SHANGHAI, office.clock)
    day = office.clock.now().astimezone(SHANGHAI).date()
    return await reports.answer(Wanted(axis, day, day, frozenset(queue_ids)))


def orders(figures: dict[str, float | None]) -> list[float | None]:
    return [figures[name] for name in OF_ORDERS]


async def day_of_orders(office: Office) -> None:
    """Seven within the day, of these one for another queue, and one of the day before."""
    now = office.clock.now()
    for number in range(5):
        await asked(office, f"b{number}", now)
    await asked(office, "other", now, queue_id=77)
    await asked(office, "before", now - timedelta(days=1))
    await became(office, "b0", CallbackResult.REACHED, 2)
    await became(office, "b1", CallbackResult.CALLED_IN, 0)
    await became(office, "b2", CallbackResult.EXPIRED, 1)
    await became(office, "b3", CallbackResult.UNREACHED, 3)
    await asked(office, "again", now)
    await became(office, "again", CallbackResult.REPLACED, 0)


@pytest.mark.parametrize("axis", [Axis.DAY, Axis.INTERVAL, Axis.CLOCK, Axis.HEAT, Axis.WEEK, Axis.MONTH, Axis.QUEUE])
async def test_ordered_called_reached_and_expired_add_up_in_every_report(office: Office, axis: Axis) -> None:
    await day_of_orders(office)
    told = await answer(office, axis)
    assert orders(dict(told.total.figures)) == [7, 3, 2, 1]
    sums = [sum(line.figures[name] or 0 for line in told.lines) for name in OF_ORDERS]
    assert sums == [7, 3, 2, 1]
    assert told.total.figures["offered"] == 0, "nobody called"


async def test_one_queue_has_its_own(office: Office) -> None:
    await day_of_orders(office)
    mine = await answer(office, Axis.QUEUE, office.queue.id)
    assert [orders(dict(line.figures)) for line in mine.lines] == [[6, 3, 2, 1]]
    assert orders(dict(mine.total.figures)) == [6, 3, 2, 1]


@pytest.mark.parametrize("axis", [Axis.NUMBER, Axis.DISPOSITION])
async def test_no_number_and_no_disposition_has_any(office: Office, axis: Axis) -> None:
    await day_of_orders(office)
    told = await answer(office, axis)
    assert orders(dict(told.total.figures)) == [None] * 4
    assert [orders(dict(line.figures)) for line in told.lines] == [[None] * 4], "the office's own call"


async def test_an_order_that_was_not_promised_is_not_counted(office: Office) -> None:
    await asked(office, "b1", office.clock.now())
    await office.callbacks.forget("b1")
    assert orders(dict((await answer(office, Axis.DAY)).total.figures)) == [0] * 4


async def test_who_asked_in_a_call_is_counted_by_that_call_alone(office: Office) -> None:
    await office.callbacks.keep(office.memory())
    await office.write(office.changed(CallbackState.OVER, result=CallbackResult.EXPIRED, attempts=1))
    assert orders(dict((await answer(office, Axis.DAY)).total.figures)) == [0] * 4


async def test_each_stands_in_the_quarter_in_which_it_was_asked_for(office: Office) -> None:
    begins = datetime(2026, 11, 23, 9, 15, tzinfo=SHANGHAI)
    for number, after_s in enumerate((-1, 0, 899, 900)):
        await asked(office, f"b{number}", begins + timedelta(seconds=after_s))
    async with office.database.reading() as connection:
        hour = begins.replace(minute=0), begins.replace(minute=30)
        found = await ordered_between(connection, *hour, frozenset())
    assert [(at, sums["web_ordered"]) for at, _, sums in sorted(found)] == [(hour[0], 1), (begins, 2)]
    assert begins.date() == date(2026, 11, 23)
