"""What can go wrong in the memory.

CrmError
├── NotFound              no such row; `kind` and `key` say which
├── Invalid               what was asked breaks a rule; `problems` name field, code and message
├── Conflict              right in itself, but not with what is stored
│   ├── StaleVersion      somebody else saved in between
│   ├── AlreadyExists     a value that must be unique is taken
│   ├── InUse             other rows still point at it
│   │   ├── UsedByCampaigns  campaigns that are not finished do
│   │   └── UsedByQueues     other queues send callers there, or ask its agents
│   ├── NoFreeExtension   the pool of extensions is used up
│   ├── NoteChanged       another page of the same person wrote meanwhile
│   ├── RevealsUsedUp     no more numbers today
│   ├── TooManyLinks      no more links to wallboards
│   ├── TooManyForms      no more links to callback forms
│   ├── TaskClosed        somebody else did it meanwhile
│   ├── CampaignMoved     the step does not fit the state that the campaign is in by now
│   ├── LeadMoved         the person on a list is somewhere else by now
│   ├── TooManyReports    no more saved reports
│   ├── TooManyFiles      one person wants more files at once than are made
│   ├── FileNotOver       what is being made is cancelled, not removed
│   ├── Held              a legal hold keeps what was to be erased
│   └── CustomerBusy      a call of theirs is not over yet
├── ImportUnreadable      the file as a whole cannot be read; `code` says why
└── StorageError
    ├── DatabaseUnavailable  no answer, disk full, locked: nothing was saved, trying again is right
    ├── DatabaseRefuses   the server answers, and does not let us in
    ├── DatabaseDamaged   the file is none of SQLite's, or broken
    ├── DatabaseTaken     another Callroom uses it
    ├── WriterFull        too much is waiting to be written; nothing was taken
    ├── WriterClosed      the program is stopping
    └── WrongRevision     the schema is not the one that this program was built for
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that is wrong; `path` as in the API body ("phones.0.number"), `code` stable, `named`: what it names."""

    path: str
    code: str
    message: str
    named: str = ""


class CrmError(Exception):
    """Base of this package's errors; `code` is stable, for screen and API."""

    code = "crm_error"


class NotFound(CrmError):
    """No such row."""

    code = "not_found"

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"there is no {kind} {key!r}")
        self.kind = kind
        self.key = key


class Invalid(CrmError):
    """Nothing was saved."""

    code = "invalid"

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems


class Conflict(CrmError):
    """Base of clashes with what is stored; also raised itself when the database saw one first."""

    code = "conflict"


class StaleVersion(Conflict):
    """Read again, then save again."""

    code = "stale_version"

    def __init__(self, kind: str, key: object, expected: int, actual: int) -> None:
        super().__init__(f"{kind} {key!r} is at version {actual}, not {expected}")
        self.kind = kind
        self.key = key
        self.expected = expected
        self.actual = actual


class AlreadyExists(Conflict):
    """`field` must be unique."""

    code = "already_exists"

    def __init__(self, kind: str, field: str, value: object) -> None:
        super().__init__(f"another {kind} has this {field}")
        self.kind = kind
        self.field = field
        self.value = value


class InUse(Conflict):
    """`used_by` names what has to be changed first."""

    code = "in_use"

    def __init__(self, kind: str, key: object, used_by: str) -> None:
        super().__init__(f"{kind} {key!r} is in use by {used_by}")
        self.kind = kind
        self.key = key
        self.used_by = used_by


class UsedByCampaigns(InUse):
    """`campaigns` are their names: each has to use another one, or be finished."""

    code = "used_by_campaigns"

    def __init__(self, kind: str, key: object, campaigns: tuple[str, ...]) -> None:
        super().__init__(kind, key, f"the campaigns {', '.join(campaigns)}")
        self.campaigns = campaigns


class UsedByQueues(InUse):
    """`queues` are their names: each has to lead somewhere else first."""

    code = "used_by_queues"

    def __init__(self, kind: str, key: object, queues: tuple[str, ...]) -> None:
        super().__init__(kind, key, f"the queues {', '.join(queues)}")
        self.queues = queues


class NoFreeExtension(Conflict):
    """Every extension of the pool belongs to an active user."""

    code = "no_free_extension"

    def __init__(self, pool_size: int) -> None:
        super().__init__(f"all {pool_size} extensions are taken; deactivate a user or enlarge the pool")
        self.pool_size = pool_size


class NoteChanged(Conflict):
    """Read the note again, and join the two."""

    code = "note_changed"

    def __init__(self, call_id: str) -> None:
        super().__init__(f"the note of call {call_id!r} was changed elsewhere meanwhile")
        self.call_id = call_id


class RevealsUsedUp(Conflict):
    """Tomorrow there are new ones; an administrator can raise the cap."""

    code = "reveals_used_up"

    def __init__(self, most: int) -> None:
        super().__init__(f"all {most} numbers of today have been shown; an administrator can raise the daily cap")
        self.most = most


class TooManyLinks(Conflict):
    """One has to be revoked first."""

    code = "too_many_links"

    def __init__(self, most: int) -> None:
        super().__init__(f"there are {most} links to wallboards already; revoke one that nobody needs")
        self.most = most


class TooManyForms(Conflict):
    """One has to be taken back first."""

    code = "too_many_forms"

    def __init__(self, most: int) -> None:
        super().__init__(f"there are {most} links to callback forms already; take one back that nobody needs")
        self.most = most


class TaskClosed(Conflict):
    """The step does not fit the state that the task is in by now."""

    code = "task_closed"

    def __init__(self, task_id: int, state: str) -> None:
        super().__init__(f"task {task_id} is {state} by now; load the list again")
        self.task_id = task_id
        self.state = state


class CampaignMoved(Conflict):
    """The step or change does not fit the state that the campaign is in by now."""

    code = "campaign_moved"

    def __init__(self, campaign_id: int, state: str) -> None:
        super().__init__(f"campaign {campaign_id} is {state} by now; look again")
        self.campaign_id = campaign_id
        self.state = state


class LeadMoved(Conflict):
    """They are called just now, or were meanwhile."""

    code = "lead_moved"

    def __init__(self, lead_id: int, state: str) -> None:
        super().__init__(f"lead {lead_id} is {state} by now; look again")
        self.lead_id = lead_id
        self.state = state


class TooManyFiles(Conflict):
    """Some have to be made first."""

    code = "too_many_exports"

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} of your files are not made yet; wait for one of them, or cancel it")
        self.most = most


class FileNotOver(Conflict):
    """It is still being made."""

    code = "file_not_over"

    def __init__(self, file_id: str) -> None:
        super().__init__("the file is still being made; cancel it first")
        self.file_id = file_id


class TooManyReports(Conflict):
    """One has to be removed first."""

    code = "too_many_reports"

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} reports are saved already; remove one that nobody needs")
        self.most = most


class Held(Conflict):
    """The hold has to be lifted first."""

    code = "legal_hold"

    def __init__(self, customer_id: int) -> None:
        super().__init__(f"customer {customer_id} is under a legal hold; lift it first")
        self.customer_id = customer_id


class CustomerBusy(Conflict):
    """It can be erased later: a call is going on, its recording is being filed, or they are to be called back."""

    code = "customer_busy"

    def __init__(self, customer_id: int) -> None:
        super().__init__(f"customer {customer_id} has a call, recording or callback in work; try again when it is done")
        self.customer_id = customer_id


class ImportUnreadable(CrmError):
    """`code`: empty, encoding, no_text, no_columns, too_many_columns, open_quote, endless_cell, mapping, too_large,
    too_many_rows.

    `line` is where, if it is a matter of one.
    """

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


class StorageError(CrmError):
    """Base of what the database does not do for us now."""

    code = "storage_error"


class DatabaseUnavailable(StorageError):
    """The cause is chained; nothing was saved."""

    code = "database_unavailable"


class DatabaseRefuses(StorageError):
    """A wrong password, or a database that is not there; trying again changes nothing."""

    code = "database_refuses"


class DatabaseDamaged(StorageError):
    """A file that SQLite cannot read; trying again changes nothing."""

    code = "database_damaged"


class DatabaseTaken(StorageError):
    """`holder` is the process that has it."""

    code = "database_taken"

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"the database is in use by another Callroom ({holder or 'unknown'}), and two would end each other's "
            "calls; stop that one first, or give this one a database of its own (database.url)"
        )
        self.holder = holder


class WriterFull(StorageError):
    """The caller may try again in a moment."""

    code = "writer_full"

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} writes are waiting already")
        self.waiting = waiting


class WriterClosed(StorageError):
    """Nothing is taken any more."""

    code = "writer_closed"


class WrongRevision(StorageError):
    """`found` is None in a database without our tables."""

    code = "wrong_revision"

    def __init__(self, found: str | None, wanted: str) -> None:
        super().__init__(f"the database is at revision {found}, this program needs {wanted}; run the upgrade")
        self.found = found
        self.wanted = wanted
