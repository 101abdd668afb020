"""Looks at the database, as a reader that changes nothing."""

import asyncio

from agent_ui.doctor.finding import Finding, fail, ok, warn
from crm_core.diary.journal import DiaryState
from crm_core.errors import CrmError, DatabaseDamaged, DatabaseRefuses
from crm_core.examination import DatabaseCondition, examine_database
from crm_core.storage.database import NOT_WRITING, Database
from cti.clock import Clock

ANSWER_LIMIT_S = 5.0
CLOCK_OFF_S = 2.0
# no slow network is that slow: one of the two clocks is wrong
CLOCK_WRONG_S = 30.0


async def examine_storage(database: Database, clock: Clock) -> list[Finding]:
    """A database that does not answer is one finding, not a wait without end."""
    found = await _look(database, clock)
    # a full disk lets everybody read
    return [*found, fail("database_not_writing")] if database.trouble == NOT_WRITING else found


def judge_diary(state: DiaryState) -> list[Finding]:
    """Say whether what happens in calls is kept; only a running Callroom knows."""
    match state:
        case DiaryState.WRITING:
            return [ok("diary_writing")]
        case DiaryState.BEHIND:
            return [warn("diary_behind")]
        case DiaryState.FAILED:
            return [fail("diary_failed")]


async def _look(database: Database, clock: Clock) -> list[Finding]:
    try:
        async with asyncio.timeout(ANSWER_LIMIT_S):
            return judge(await examine_database(database, clock))
    except TimeoutError:
        return [fail("database_unreachable", error=f"no answer in {ANSWER_LIMIT_S:g} s")]
    except DatabaseRefuses as error:
        return [fail("database_refuses", error=error)]
    except DatabaseDamaged as error:
        return [fail("database_damaged", error=error)]
    except (CrmError, OSError) as error:
        return [fail("database_unreachable", error=error.__cause__ or error)]


def judge(condition: DatabaseCondition) -> list[Finding]:
    """Say what of it is well."""
    found = [ok("database_answers", version=condition.version, ms=f"{condition.answer_ms:.1f}")]
    if condition.revision == condition.wanted_revision:
        found.append(ok("database_schema", revision=condition.revision))
    else:
        code = "database_schema_newer" if condition.is_newer else "database_schema_other"
        found.append(fail(code, found=condition.revision or "-", wanted=condition.wanted_revision))
    if condition.not_durable:
        found.append(fail("database_not_durable", setting=condition.not_durable))
    else:
        found.append(ok("database_durable"))
    if abs(condition.clock_ahead_s) > CLOCK_OFF_S:
        say = fail if abs(condition.clock_ahead_s) > CLOCK_WRONG_S else warn
        found.append(say("database_clock_off", seconds=f"{condition.clock_ahead_s:+.1f}"))
    else:
        found.append(ok("database_clock"))
    return found
