"""One result of an examination; its words for the terminal (screens have their own, in both languages)."""

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """`FAIL`: calls, or what is promised about them, suffer from it. `WARN`: they will, or nobody can tell."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable and one of WORDS; `values` fill the words."""

    level: Level
    code: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What was found."""
        return WORDS[self.code][0].format(**self.values)

    @property
    def cure(self) -> str:
        """What to do; "" when nothing is to be done."""
        return WORDS[self.code][1].format(**self.values)


def ok(code: str, **values: object) -> Finding:
    """Make a finding that needs nothing."""
    return _finding(Level.OK, code, values)


def warn(code: str, **values: object) -> Finding:
    """Make a finding that should be looked at."""
    return _finding(Level.WARN, code, values)


def fail(code: str, **values: object) -> Finding:
    """Make a finding that must be cured."""
    return _finding(Level.FAIL, code, values)


def worst(findings: list[Finding]) -> Level:
    """Return the worst level; OK when there is none."""
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.OK)


def _finding(level: Level, code: str, values: dict[str, object]) -> Finding:
    return Finding(level, code, {name: str(value) for name, value in values.items()})


_CONFIGURE = "Run `callroom asterisk configure`, then `callroom asterisk stop` and `start` while nobody talks."
# code: (what was found, what to do)
WORDS: dict[str, tuple[str, str]] = {
    "check_failed": (
        "The check of {what} could not be made: {error}",
        "Look at log/callroom.log in the home folder, and run `callroom doctor` as the user that Callroom runs as.",
    ),
    "config_unusable": (
        "A setting cannot be used, so nothing else could be examined. {key}: {problem}",
        "Correct it in {file}, or in the environment if it is set there, and run `callroom doctor` again.",
    ),
    "home_usable": ("The home folder {folder} can be written", ""),
    "home_not_writable": (
        "The home folder {folder} cannot be written",
        "Give it to the user that Callroom runs as: `chown -R USER {folder}`.",
    ),
    "recordings_not_writable": (
        "Recordings cannot be kept in {folder}",
        "Let recordings.folder in callroom.toml be a folder that the user that Callroom runs as can write.",
    ),
    "secrets_private": ("Only their owner reads the secrets", ""),
    "secrets_open": (
        "Others can read {file}",
        "Run `chmod 600 {file}`; if others had access, delete it and start anew.",
    ),
    "disk_has_room": ("{place}: {free_percent} % of the disk is free", ""),
    "disk_gets_full": (
        "{place}: only {free_percent} % of the disk is free",
        "Make room, or lower recordings.keep_days in callroom.toml. Below {short_percent} % imports and uploads are"
        " refused, below {stop_percent} % nothing is recorded.",
    ),
    "disk_short": (
        "{place}: only {free_percent} % of the disk ({free_gb} GB) is free; imports and uploads to it are refused",
        "Make room now, lower recordings.keep_days in callroom.toml, or put recordings.folder on another disk. Below"
        " {stop_percent} % nothing is recorded.",
    ),
    "disk_full": (
        "{place}: {free_percent} % of the disk ({free_gb} GB) is free, which is too little to record or import there",
        "Make room now, or put recordings.folder in callroom.toml on another disk: {stop_percent} % and 1 GB must be"
        " free.",
    ),
    "disk_unreadable": (
        "{place}: the disk does not answer, calls are not recorded",
        "Look whether it is mounted, and what the kernel says of it (`dmesg`).",
    ),
    "clock_synchronised": ("The machine's clock is kept by a time server", ""),
    "clock_not_synchronised": (
        "The machine's clock is not kept by a time server",
        "Install and start chrony or systemd-timesyncd; times in the call log follow this clock.",
    ),
    "tools_there": ("ffmpeg, ffprobe and espeak-ng are there", ""),
    "tool_missing": (
        "{tool} is missing: prompts or recordings cannot be converted",
        "Run `callroom asterisk install`.",
    ),
    "asterisk_version": ("{version} is new enough", ""),
    "asterisk_missing": ("There is no Asterisk", "Run `callroom asterisk install`."),
    "asterisk_old": (
        "{version} has known security faults",
        "Update it to 20.20.1, 22.10.1, 23.4.1 or newer (not 22.11.0), or run `callroom asterisk install`.",
    ),
    "asterisk_running": ("Asterisk runs since {uptime}, with {calls} calls", ""),
    "asterisk_not_running": ("Asterisk does not run", "Run `callroom asterisk start`, or `callroom up`."),
    "asterisk_elsewhere": ("Asterisk is looked after by somebody else (asterisk.managed = false)", ""),
    "asterisk_modules": ("All {count} modules that Callroom needs are loaded", ""),
    "asterisk_modules_missing": ("Asterisk has not loaded: {modules}", _CONFIGURE),
    "agi_proved": ("Only Asterisk can hand calls to Callroom", ""),
    "agi_open": (
        "Asterisk's dialplan is an older one: any program of this machine can pretend to be a caller",
        "Run `callroom asterisk configure`, and start Callroom again.",
    ),
    "ami_rights": ("Callroom's AMI users may not do more than they must", ""),
    "ami_user_missing": ("Asterisk has no AMI user {user}", _CONFIGURE),
    "ami_rights_too_many": ("The AMI user {user} may {rights}, each of which is a way to a shell", _CONFIGURE),
    "ami_login": ("Callroom can sign in to Asterisk's manager", ""),
    "ami_unreachable": (
        "Nobody answers at {host}:{port}, where Asterisk's manager (AMI) should be",
        "Look whether Asterisk runs, and whether manager.conf says enabled = yes and this port; for our own Asterisk: "
        + _CONFIGURE,
    ),
    "ami_login_refused": (
        "Asterisk does not let the AMI user {user} in: {reason}",
        "Its secret in manager.conf must be the one in secrets.toml, section [asterisk]. " + _CONFIGURE,
    ),
    "link_up": ("Callroom and the switch {node} are connected", ""),
    "link_down": (
        "Callroom has no connection to the switch {node}: calls go on there, and are not seen here",
        "Look whether Asterisk runs; `callroom doctor` on the server tries to sign in, and says what is refused.",
    ),
    "callroom_answers": ("Callroom answers at {address} after {ms} ms", ""),
    "callroom_silent": ("Callroom does not answer at {address}", "Start it: `callroom up`, or `callroom serve`."),
    "callroom_frozen": (
        "Callroom runs (process {pid}), but does not answer at {address}; Asterisk looks after the callers meanwhile",
        "Unless it is just starting: `kill -9 {pid}` and start it again. As a systemd service it is watched (README).",
    ),
    "ports_free": ("The ports that Callroom will need are free", ""),
    "port_taken": (
        "Port {port} ({what}) belongs to another program",
        "Find it with `ss -lptn sport = :{port}`, or choose others: CALLROOM_BASE_PORT, or base_port in callroom.toml.",
    ),
    "tls_loopback": ("Pages are served on {host} only; no TLS is needed", ""),
    "tls_at_proxy": ("A proxy speaks TLS at {origin}", ""),
    "tls_missing": (
        "Pages are served on {host} without TLS: passwords and calls can be read, and browsers refuse the microphone",
        "Start with --tls-cert and --tls-key, or put a proxy in front and set web.public_origin (README, HTTPS).",
    ),
    "tls_good": ("The certificate {file} is good for {days} days", ""),
    "tls_expires": ("The certificate {file} ends in {days} days", "Renew it."),
    "tls_wrong_name": (
        "The certificate {file} is for {names}, but browsers go to {host}, and refuse it",
        "Get one for {host}, or set web.public_origin in callroom.toml to a name that it has.",
    ),
    "tls_unusable": (
        "The certificate {file} cannot be used: {error}",
        "Give a PEM file and the key that belongs to it.",
    ),
    "database_answers": ("{version} answers after {ms} ms", ""),
    "database_unreachable": (
        "The database does not answer: {error}",
        "Start it, and check database.url in callroom.toml.",
    ),
    "database_refuses": (
        "The database server answers, and refuses us: {error}",
        "Check user, password and database name of database.url in callroom.toml, and the server's pg_hba.conf.",
    ),
    "database_damaged": (
        "The database file cannot be read: {error}",
        "Stop Callroom and put the last backup in its place, or check database.url in callroom.toml.",
    ),
    "database_not_writing": (
        "The database answers but cannot save: its disk is full, or another program holds it locked",
        "Make room on its disk, or end the other program; what calls leave behind is kept in files until then.",
    ),
    "diary_writing": ("What happens in calls is written as it happens", ""),
    "diary_behind": (
        "What happens in calls is kept in files until the database takes it again; lists and reports are behind",
        "Look at the findings about the database; the files are read back by themselves.",
    ),
    "diary_failed": (
        "What happens in calls is kept in memory only, or not written at all, and lost if Callroom ends now",
        "Make room on the disk of the home folder, and look at the database; restart Callroom if this finding stays.",
    ),
    "database_schema": ("The database has this program's tables ({revision})", ""),
    "database_schema_other": (
        "The database has the tables of {found}, this program needs {wanted}",
        "Run `callroom db upgrade` (`callroom up` does it by itself).",
    ),
    "database_schema_newer": (
        "The database has the tables of {found}, which a newer Callroom made; this one knows {wanted}",
        "Start the newer Callroom, or put back the backup that was made before the update.",
    ),
    "database_durable": ("What the database says it has, it has on the disk", ""),
    "database_not_durable": (
        "The database loses what it acknowledged when the power fails ({setting})",
        "Set {setting} to on in postgresql.conf and reload it.",
    ),
    "database_clock": ("The database's clock agrees with this machine's", ""),
    "database_clock_off": (
        "The database's clock is {seconds} s off this machine's",
        "Let both machines take their time from the same time server.",
    ),
    "browser_app_there": ("The browser app is built", ""),
    "browser_app_missing": (
        "The browser app is not built: pages show a note only",
        "Run `make run`, or ./setup.sh run.",
    ),
}
