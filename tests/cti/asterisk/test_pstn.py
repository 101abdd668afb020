import pytest

from cti.asterisk.layout import templates_dir
from cti.asterisk.pstn import FATES, check_caller, choice_of_fates, dialplan_of_fates, fate_of, hum_hz
from cti.errors import UnsafeValue


def test_every_ending_has_one_fate():
    endings = [fate.ending for fate in FATES]
    assert len(set(endings)) == len(endings)
    assert all(len(ending) == 2 for ending in endings)
    assert len({fate.name for fate in FATES}) == len(FATES)


@pytest.mark.parametrize(
    ("number", "name"),
    [("13800138002", "busy"), ("+8613800138005", "unallocated"), ("13800138077", "talks"), ("110", "trunk_failure")],
)
def test_ending_decides(number, name):
    assert fate_of(number).name == name


def test_dialplan_has_every_step():
    plan = dialplan_of_fates()
    for fate in FATES:
        assert f"exten => {fate.name},1,{fate.steps[0]}" in plan
        assert all(f",{step}" in plan for step in fate.steps)
        assert f'"{fate.ending}"]?fates,{fate.name},1)' in choice_of_fates()


@pytest.mark.parametrize(("number", "hz"), [("13800000313", 500), ("+8613800070413", 535), ("13800990013", 995)])
def test_who_hums_has_a_tone_of_their_own(number, hz):
    assert hum_hz(number) == hz
    assert "PlayTones($[500+5*0${FILTER(0-9,${DIALED:-6:2})}])" in dialplan_of_fates()


@pytest.mark.parametrize(
    ("field", "caller"),
    [
        ("to", ("4001&x", None, "", "")),
        ("to", ("", None, "", "")),
        ("from_number", ("4001", "138\r\nAction: x", "", "")),
        ("keys", ("4001", None, "", "1;System")),
        ("name", ("4001", None, "a\nb", "")),
        ("name", ("4001", None, "王" * 100, "")),
    ],
)
def test_caller_who_would_break_the_wire_is_refused(field, caller):
    with pytest.raises(UnsafeValue) as caught:
        check_caller(*caller)
    assert caught.value.field == field


def test_hostile_but_printable_name_is_allowed():
    check_caller("4001", "+8613800138000", '"><img src=x onerror=alert(1)>', "1w#")


def test_the_readme_has_this_table():
    readme = (templates_dir().parent / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| …")]
    assert rows == [f"| …{fate.ending} | {fate.english} | {fate.chinese} | {fate.cause} |" for fate in FATES]
