"""What each role may do; a route names one of these, and a route without one refuses to start."""

from enum import StrEnum

from crm_core.domain.number_right import NumberRight


class Permission(StrEnum):
    """Named after the work, not after the role that does it."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    TAKE_CALLS = "calls.take"
    SEE_OWN_CALLS = "calls.see_own"
    SEE_ALL_CALLS = "calls.see_all"
    LISTEN_OWN = "recordings.listen_own"
    LISTEN_ALL = "recordings.listen_all"
    SEE_CUSTOMERS = "customers.see"
    EDIT_CUSTOMERS = "customers.edit"
    IMPORT_CUSTOMERS = "customers.import"
    MANAGE_DO_NOT_CALL = "do_not_call.manage"
    MANAGE_CAMPAIGNS = "campaigns.manage"
    HANDLE_VOICEMAILS = "voicemails.handle"
    DO_TASKS = "tasks.do"
    SEE_ALL_TASKS = "tasks.see_all"
    SEE_FLOOR = "floor.see"
    SUPERVISE = "floor.supervise"
    SEE_REPORTS = "reports.see"
    ADMINISTER = "administer"
    SEE_AUDIT = "audit.see"
    RUN_DEMO = "demo.run"
    SEE_NUMBERS = "numbers.see"
    REVEAL_NUMBERS = "numbers.reveal"


AGENT = frozenset(
    {
        Permission.SIGNED_IN,
        Permission.TAKE_CALLS,
        Permission.SEE_OWN_CALLS,
        Permission.LISTEN_OWN,
        Permission.SEE_CUSTOMERS,
        Permission.EDIT_CUSTOMERS,
        Permission.HANDLE_VOICEMAILS,
        Permission.DO_TASKS,
        Permission.RUN_DEMO,
    }
)
SUPERVISOR = AGENT | {
    Permission.SEE_ALL_CALLS,
    Permission.SEE_ALL_TASKS,
    Permission.LISTEN_ALL,
    Permission.IMPORT_CUSTOMERS,
    Permission.MANAGE_DO_NOT_CALL,
    Permission.MANAGE_CAMPAIGNS,
    Permission.SEE_FLOOR,
    Permission.SUPERVISE,
    Permission.SEE_REPORTS,
}
ADMIN = SUPERVISOR | {Permission.ADMINISTER, Permission.SEE_AUDIT}

OF_ROLE: dict[str, frozenset[Permission]] = {"agent": AGENT, "supervisor": SUPERVISOR, "admin": ADMIN}

# Not the role's alone: an administrator sets them for each role and may set them for one person.
OF_NUMBER_RIGHT: dict[NumberRight, frozenset[Permission]] = {
    NumberRight.SEE: frozenset({Permission.SEE_NUMBERS, Permission.REVEAL_NUMBERS}),
    NumberRight.REVEAL: frozenset({Permission.REVEAL_NUMBERS}),
    NumberRight.MASKED: frozenset(),
}
