"""The dialplans that we write hold nothing that a caller's text could turn into a command, and lead somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from cti.asterisk.configure import EMERGENCY_SCRIPT, configure, configure_pstn
from cti.asterisk.layout import callroom_settings, pstn_settings
from cti.asterisk.program import Program
from cti.asterisk.secrets import AsteriskSecrets
from tests.architecture.dialplan import Problem, lint, parse
from tests.architecture.tree import python_files

SECRETS = AsteriskSecrets.generate()
KNOWN = frozenset({f"agi://127.0.0.1:8702/call/{SECRETS.agi_secret}", EMERGENCY_SCRIPT})


class SilentVoice:
    def speak(self, text: str, language: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


@pytest.fixture(scope="module")
def etc(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both instances' configuration as `callroom asterisk configure` writes it."""
    home = tmp_path_factory.mktemp("home")
    (home / "data/moh").mkdir(parents=True)
    (home / "data/moh/a.wav").touch()
    program = Program(("asterisk",), home / "modules", home / "data", "Asterisk 22.10.1")
    ours, pstn = callroom_settings(home, 8700, SECRETS), pstn_settings(home, 8700, SECRETS)
    configure(ours, program, SilentVoice())  # type: ignore[arg-type]
    configure_pstn(pstn, program, SilentVoice())  # type: ignore[arg-type]
    return {"callroom": ours.layout.etc, "pstn": pstn.layout.etc}


def test_our_dialplan_is_clean(etc: dict[str, Path]) -> None:
    assert lint((etc["callroom"] / "extensions.conf").read_text(), KNOWN) == []


def test_the_simulators_dialplan_is_clean(etc: dict[str, Path]) -> None:
    """What its caller does is chosen by an extension's name, filtered to letters: the one place that may."""
    found = lint((etc["pstn"] / "extensions.conf").read_text(), frozenset())
    assert [(each.rule, each.place) for each in found] == [("dynamic_target", "pstn-caller,s")]


def test_the_lint_reads_all_of_it(etc: dict[str, Path]) -> None:
    text = (etc["callroom"] / "extensions.conf").read_text()
    steps = sum(len(each) for extensions in parse(text).contexts.values() for each in extensions.values())
    assert steps == len(re.findall(r"^\s*(?:exten|same)\s*=>", text, re.M)) > 40


def test_the_subroutines_that_callroom_runs_are_there(etc: dict[str, Path]) -> None:
    plan = parse((etc["callroom"] / "extensions.conf").read_text())
    named = {
        found
        for path in python_files("ivr")
        for found in re.findall(r"""gosub\(\s*["']([^"']+)""", path.read_text(encoding="utf-8"))
    }
    assert named
    assert all("s" in plan.contexts[name] for name in named)


def test_browsers_can_dial_nothing_and_no_keys_are_features(etc: dict[str, Path]) -> None:
    folder = etc["callroom"]
    assert parse((folder / "extensions.conf").read_text()).contexts["from-agent"] == {}
    features = (folder / "features.conf").read_text()
    assert re.findall(r"^[^;\[\n]", features, re.M) == []
    options = (folder / "asterisk.conf").read_text()
    assert "live_dangerously = no" in options
    assert "execincludes" not in options


def one(step: str, *, exten: str = "s", before: str = "") -> str:
    lines = [each for each in (before, step) if each]
    return f"[c]\nexten => {exten},1," + "\n same => n,".join(lines) + "\nexten => there,1(mark),NoOp()\n[other]\n"


BAD = {
    "unfiltered": [
        "Dial(PJSIP/${EXTEN}@pstn)",
        "Dial(PJSIP/${EXTEN:1}@pstn)",
        "NoOp(${CALLERID(name)})",
        "Set(WHO=${CALLERID(num)})",
        "Set(WHO=${TOUPPER(${CALLERID(name)})})",
        "Set(WHO=${FILTER(0-9${X},${EXTEN})})",
        "Set(WHO=${FILTER(0-9$,${EXTEN})})",
        "Set(WHO=${FILTER(0-9,1)}${EXTEN})",
        "Set(WHO=${PJSIP_HEADER(read,X-Who)})",
        "Set(WHO=${CHANNEL(pjsip,remote_uri)})",
        'GotoIf($["${CALLERID(num)}"="1"]?there,mark)',
        'ExecIf($["${REDIRECTING(from-num)}"=""]?NoOp())',
        "Queue(fallback,,,${CONNECTEDLINE(name)})",
        "MusicOnHold(${DNID})",
        "Bridge(${ARG1})",
        "Set(X=${FILTER(0-9\\,,${ARG1})})",
    ],
    "shell": [
        "System(id)",
        "TrySystem(id)",
        "ExternalIVR(/x)",
        "DISA(no-password,c)",
        "Exec(${APP})",
        'ExecIf($["1"="1"]?NoOp():System(id))',
        "MixMonitor(x.wav,,id)",
        "Originate(PJSIP/1,app,System,id)",
    ],
    "shell_function": ["Set(X=${SHELL(id)})", "Set(FILE(/tmp/x)=1)", "NoOp(${EVAL(${X})})", "Set(X=${CURL(http)})"],
    "feature_keys": [
        "Dial(PJSIP/1001,30,tT)",
        "Dial(PJSIP/1001,30,g^W)",
        "Queue(fallback,t)",
        "Bridge(x,k)",
        "Dial(PJSIP/1001,30,U(sub)H)",
    ],
    "no_such_target": [
        "Goto(nowhere,s,1)",
        "Goto(other,s,1)",
        "Goto(there,2)",
        "Goto(missing)",
        'GotoIf($["1"="1"]?there,mark:there,marc)',
        "Gosub(nowhere,s,1)",
        "Queue(fallback,b(nowhere^s^1),,,30)",
        'ExecIf($["1"="1"]?Goto(nowhere,s,1))',
    ],
    "dynamic_target": ["Goto(${WHERE},1)"],
    "no_such_agi": [
        "AGI(/bin/sh)",
        "AGI(agi://10.0.0.1/call)",
        "AGI(agi://127.0.0.1:8702/call)",
        "AGI(agi://127.0.0.1:8702/other)",
        "EAGI(x)",
    ],
}


@pytest.mark.parametrize(("rule", "step"), [(rule, step) for rule, steps in BAD.items() for step in steps])
def test_it_is_caught(rule: str, step: str) -> None:
    assert rule in {each.rule for each in lint(one(step), KNOWN)}


@pytest.mark.parametrize("pattern", ["_X.", "_.", "_!", "_+X!", "_[+0-9]."])
def test_a_pattern_of_any_length_has_to_filter(pattern: str) -> None:
    assert Problem("pattern_without_filter", f"c,{pattern}", pattern) in lint(one("NoOp(hello)", exten=pattern), KNOWN)
    assert lint(one("Set(D=${FILTER(0-9+,${EXTEN})})", exten=pattern), KNOWN) == []


def test_other_ways_in_are_caught() -> None:
    text = "[c]\ninclude => missing\nswitch => Realtime\n#exec /bin/sh\n"
    assert [each.rule for each in lint(text, KNOWN)] == ["directive", "directive", "no_such_context"]


@pytest.mark.parametrize(
    "step",
    [
        "Set(D=${FILTER(0-9+,${EXTEN})})",
        "Set(CALLERID(num)=${FILTER(0-9+,${CALLERID(num)})})",
        "Dial(PJSIP/${FILTER(0-9,${EXTEN})}@pstn,30,g)",
        "Queue(fallback,cb(c^there^1),,,30)",
        "Bridge(${FILTER(0-9A-Za-z._:\\-,${ARG1})})",
        "Goto(there,mark)",
        "Goto(1)",
        'GotoIf($["${DONE}"="1"]?there,1)',
        f"AGI(agi://127.0.0.1:8702/call/{SECRETS.agi_secret},${{FILTER(a-z_,${{CALLERID(pres)}})}})",
        "NoOp(a \\; no comment ${CHANNEL})",
    ],
)
def test_what_is_right_passes(step: str) -> None:
    assert lint(one(step), KNOWN) == []


def test_a_number_is_clean_once_it_was_filtered_and_not_before() -> None:
    use = 'ExecIf($["${CALLERID(num)}"=""]?NoOp())'
    wash = "Set(CALLERID(num)=${FILTER(0-9+,${CALLERID(num)})})"
    assert lint(one(use, before=wash), KNOWN) == []
    assert [each.rule for each in lint(one(wash, before=use), KNOWN)] == ["unfiltered"]
    assert [each.rule for each in lint(one(use.replace("num", "name"), before=wash), KNOWN)] == ["unfiltered"]


def test_problems_name_their_place() -> None:
    assert [each.name for each in fields(Problem)] == ["rule", "place", "text"]
    assert lint(one("System(id)"), KNOWN) == [Problem("shell", "c,s", "System(id)")]
