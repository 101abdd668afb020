"""What the real dialer dialed, judged by who did not see it decide."""

from datetime import timedelta

from sqlalchemy import update

from agent_ui.joints.campaign_compliance import campaign_compliance
from crm_core.attempt_proofs import AttemptProofs
from crm_core.models import Attempt
from crm_core.storage.database import Database
from tests.crm_core.conftest import database, sqlite_template, url
from tests.dialer.conftest import dialect, house
from tests.dialer.house import LONDON, House

__all__ = ["Database", "database", "dialect", "house", "sqlite_template", "url"]
A, B = "+447911123456", "+447911123457"


async def test_a_day_of_the_dialer_is_kept_in_every_point(house: House) -> None:
    for number in (A, B):
        await house.add(number)
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.ends(17, 486)
    await house.step(2)
    house.talks()
    await house.step(2)
    today = house.now.astimezone(LONDON).date()
    proofs = AttemptProofs(house.database)
    (line,) = await campaign_compliance(proofs, await house.row(), LONDON, today, today)
    assert (line.attempts, line.people, line.abandoned, line.broken) == (2, 1, 0, [])
    for row in await house.attempt_rows():
        late = update(Attempt).where(Attempt.attempt_id == row.attempt_id)
        late = late.values(planned_at=row.planned_at - timedelta(hours=10))
        await house.database.write(lambda connection, late=late: connection.execute(late))  # type: ignore[misc]
    (line,) = await campaign_compliance(proofs, await house.row(), LONDON, today - timedelta(days=1), today)
    assert line.broken == ["outside_hours"], "seen by it, though nobody had noticed then"
