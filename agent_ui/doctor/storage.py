"""Looks at the database, as a reader that changes nothing."""

import asyncio

from agent_ui.doctor.finding import Finding, fail, ok, warn
from crm_core.errors import CrmError
from crm_core.examination import DatabaseCondition, examine_database
from crm_core.storage.database import Database
from cti.clock import Clock

ANSWER_LIMIT_S = 5.0
CLOCK_OFF_S = 2.0


async def examine_storage(database: Database, clock: Clock) -> list[Finding]:
    """A database that does not answer is one finding, not a wait without end."""
    try:
        async with asyncio.timeout(ANSWER_LIMIT_S):
            return judge(await examine_database(database, clock))
    except TimeoutError:
        return [fail("database_unreachable", error=f"no answer in {ANSWER_LIMIT_S:g} s")]
    except (CrmError, OSError) as error:
        return [fail("database_unreachable", error=error)]


def judge(condition: DatabaseCondition) -> list[Finding]:
    """Say what of it is well."""
    found = [ok("database_answers", version=condition.version, ms=f"{condition.answer_ms:.1f}")]
    if condition.revision == condition.wanted_revision:
        found.append(ok("database_schema", revision=condition.revision))
    else:
        found.append(fail("database_schema_other", found=condition.revision, wanted=condition.wanted_revision))
    if condition.not_durable:
        found.append(fail("database_not_durable", setting=condition.not_durable))
    else:
        found.append(ok("database_durable"))
    if abs(condition.clock_ahead_s) > CLOCK_OFF_S:
        found.append(warn("database_clock_off", seconds=f"{condition.clock_ahead_s:+.1f}"))
    else:
        found.append(ok("database_clock"))
    return found
