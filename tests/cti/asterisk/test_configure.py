import re
from dataclasses import replace
from pathlib import Path

import pytest

from cti.asterisk.configure import (
    EMERGENCY_SCRIPT,
    PLACEHOLDER,
    TemplateInvalid,
    _write_emergency_script,
    configure,
    configure_pstn,
    dialplan_proves_itself,
    render,
)
from cti.asterisk.layout import callroom_settings, pstn_settings, templates_dir
from cti.asterisk.program import Program
from cti.asterisk.secrets import AsteriskSecrets, sip_password
from cti.domain.values import MUSIC_CLASSES

SECRETS = AsteriskSecrets.generate()


class SilentVoice:
    def speak(self, text, language, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


@pytest.fixture
def program(tmp_path):
    data = tmp_path / "data"
    (data / "moh").mkdir(parents=True)
    (data / "moh/a.wav").touch()
    return Program(("asterisk",), tmp_path / "modules", data, "Asterisk 22.10.1")


@pytest.fixture
def rendered(tmp_path, program):
    settings = callroom_settings(tmp_path / "home", 8700, SECRETS)
    configure(settings, program, SilentVoice())
    return settings


@pytest.fixture
def carrier(tmp_path, program):
    settings = pstn_settings(tmp_path / "home", 8700, SECRETS)
    configure_pstn(settings, program, SilentVoice())
    return settings


def text(settings, name):
    return (settings.layout.etc / name).read_text(encoding="utf-8")


def test_name_without_value_is_refused():
    with pytest.raises(TemplateInvalid, match="PORT"):
        render("port = @@PORT@@", {})


@pytest.mark.parametrize("value", ["1\nx=y", "1;comment", "1\r", "1\0"])
def test_value_that_breaks_out_of_its_line_is_refused(value):
    with pytest.raises(TemplateInvalid):
        render("port = @@PORT@@", {"PORT": value})
    assert render("@@SOME_BLOCK@@", {"SOME_BLOCK": "a\nb"}) == "a\nb"


def test_everything_is_filled_in(rendered, carrier):
    for settings in (rendered, carrier):
        files = list(settings.layout.etc.glob("*.conf"))
        assert len(files) > 15
        for path in files:
            assert not PLACEHOLDER.search(path.read_text(encoding="utf-8")), path.name
            assert path.stat().st_mode & 0o777 == 0o600
        assert settings.layout.root.stat().st_mode & 0o777 == 0o700


def test_each_extension_has_its_own_password(rendered):
    pjsip = text(rendered, "pjsip.conf")
    for extension in rendered.extensions:
        assert f"[{extension}](webrtc)" in pjsip
        assert f"password = {sip_password(SECRETS.sip_key, extension)}" in pjsip
    assert SECRETS.sip_key not in pjsip


def test_nothing_listens_beyond_loopback(rendered, carrier):
    for settings in (rendered, carrier):
        for name in ("pjsip.conf", "manager.conf", "http.conf"):
            binds = re.findall(r"^(?:bind|bindaddr) *= *([0-9.]+)", text(settings, name), re.MULTILINE)
            assert all(address.startswith("127.") for address in binds)
        assert binds or name != "pjsip.conf"


def test_shipped_times_of_the_dialplan(rendered):
    plan = text(rendered, "extensions.conf")
    calls = ("GUARD_S = 12", "OUTAGE_S = 20", "OUTAGE_AFTER_TALK_S = 6", "RETRY_S = 2", "FALLBACK_S = 30")
    for line in (*calls, "HOLD_ROUNDS = 120", "HOLD_ROUND_S = 60"):
        assert f"\n{line}\n" in plan
    assert f"AGI(agi://127.0.0.1:8702/call/{SECRETS.agi_secret}," in plan


def test_whether_the_dialplan_proves_itself(rendered, tmp_path):
    assert dialplan_proves_itself(rendered)
    path = rendered.layout.etc / "extensions.conf"
    path.write_text(path.read_text().replace(SECRETS.agi_secret, "0" * 48))
    assert not dialplan_proves_itself(rendered), "one of an older installation"
    assert not dialplan_proves_itself(callroom_settings(tmp_path / "none", 8700, SECRETS))


def test_carriers_dialplan_has_the_table(carrier):
    plan = text(carrier, "extensions.conf")
    assert 'GotoIf($["${DIALED:-2}"="06"]?fates,announced,1)' in plan
    assert f"Playback({carrier.layout.sounds}/unallocated,noanswer)" in plan


def test_what_is_no_longer_a_template_goes(rendered, program):
    left_over = rendered.layout.etc / "sip.conf"
    left_over.touch()
    configure(rendered, program, SilentVoice())
    assert not left_over.exists()


def test_pool_size_is_a_setting(rendered, program):
    configure(replace(rendered, extension_count=3), program, SilentVoice())
    assert "[1003](webrtc)" in text(rendered, "pjsip.conf")
    assert "[1004]" not in text(rendered, "pjsip.conf")


def test_the_emergency_launcher_is_replaced_while_it_runs(rendered):
    launcher = rendered.layout.agi_bin / EMERGENCY_SCRIPT
    before = launcher.stat().st_ino
    with launcher.open() as running:
        _write_emergency_script(rendered)
        assert running.read() == launcher.read_text(), "who has the old one reads it to its end"
    assert launcher.stat().st_ino != before
    assert [path.name for path in rendered.layout.agi_bin.iterdir()] == [EMERGENCY_SCRIPT]


def test_emergency_launcher_runs_this_python(rendered):
    launcher = rendered.layout.agi_bin / EMERGENCY_SCRIPT
    assert launcher.stat().st_mode & 0o777 == 0o700
    assert "-m cti.emergency" in launcher.read_text()
    assert str(rendered.emergency_spool) in launcher.read_text()
    for language in ("zh", "en"):
        assert (rendered.layout.sounds / "emergency" / language / "sorry.wav").is_file()


def test_machine_without_music_gets_some(tmp_path, program):
    (program.data_dir / "moh/a.wav").unlink()
    settings = callroom_settings(tmp_path / "home", 8700, SECRETS)
    configure(settings, program, SilentVoice())
    assert (settings.layout.sounds / "moh/hold.wav").stat().st_size > 8000
    assert f"directory = {settings.layout.sounds / 'moh'}" in text(settings, "musiconhold.conf")


def test_every_setting_file_says_why():
    for path in templates_dir().rglob("*.tmpl"):
        if path.name in {"udptl.conf.tmpl", "ccss.conf.tmpl", "queues.conf.tmpl", "http.conf.tmpl", "rtp.conf.tmpl"}:
            continue
        if path.name in {"cel.conf.tmpl", "indications.conf.tmpl"} or path.parent.name == "pstn":
            continue
        assert ";" in path.read_text(encoding="utf-8"), path


def test_templates_name_no_machine():
    for path in Path(templates_dir()).rglob("*"):
        if path.is_file():
            assert "/home/" not in path.read_text(encoding="utf-8")


def test_every_class_of_music_has_a_file_and_a_piece_of_ones_own_stays(rendered, program):
    folder, classes = rendered.music, text(rendered, "musiconhold.conf")
    assert f"[music_01]\nmode = playlist\nentry = {folder}/music_01\n" in classes
    assert classes.count("mode = playlist") == len(MUSIC_CLASSES)
    usual = program.moh_dir / "a.wav"
    assert {path.resolve() for path in folder.glob("*.wav")} == {usual.resolve()}
    (folder / "music_07.wav").unlink()
    (folder / "music_07.wav").write_bytes(b"spring")
    usual.rename(usual.with_name("b.wav"))
    configure(rendered, program, SilentVoice())
    assert (folder / "music_07.wav").read_bytes() == b"spring"
    assert (folder / "music_01.wav").resolve() == usual.with_name("b.wav").resolve()
