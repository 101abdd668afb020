"""What the real dialer dialed, judged by who did not see it decide."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from agent_ui.joints.campaign_compliance import campaign_compliance
from crm_core.attempt_proofs import AttemptProofs
from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft
from crm_core.models import Attempt
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import attempt
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


async def test_tries_of_another_campaign_count_for_the_caps(house: House) -> None:
    """France allows four contacts in thirty days, whoever makes them."""
    lead_id = await house.add(A, zones=["Europe/Paris"])
    of, now = await house._list(), house.now
    other = await house.campaigns.create(CampaignDraft("Other", "progressive", 1, ("fr",)), SYSTEM)
    checks = {"policies": ["fr"], "zones": {"Europe/Paris": ""}, "calendars": ["FR-*"], "do_not_call": "not_listed"}
    for day in range(4, 0, -1):
        row = attempt(of, None, now - timedelta(days=day), campaign_id=other.id, number_key=A, checks=checks)
        await house.database.write(lambda connection, row=row: connection.execute(insert(Attempt).values(row)))  # type: ignore[misc]
    row = attempt(of, lead_id, now, number_key=A, checks=checks)
    await house.database.write(lambda connection: connection.execute(insert(Attempt).values(row)))
    today = now.astimezone(LONDON).date()
    proofs = AttemptProofs(house.database)
    (line,) = await campaign_compliance(proofs, await house.row(), LONDON, today, today)
    assert (line.over_caps, line.broken) == (1, ["over_caps"])


async def test_what_a_row_does_not_prove_is_broken(house: House) -> None:
    """One on a holiday, without consent, by a register that is too old, under a policy that is gone."""
    of, feast = await house._list(), datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
    zones = {"Europe/Berlin": ""}
    registers = {"us-ftc": (feast - timedelta(days=40)).isoformat()}
    old = {"policies": ["de", "us-ftc", "gone"], "zones": zones, "registers": registers, "do_not_call": "not_listed"}
    row = attempt(of, None, feast, number_key="+493012345678", checks=old)
    await house.database.write(lambda connection: connection.execute(insert(Attempt).values(row)))
    (line,) = await campaign_compliance(
        AttemptProofs(house.database), await house.row(), LONDON, feast.date(), feast.date()
    )
    assert line.broken == ["on_holidays", "without_consent", "register_old", "unknown_policies"]
