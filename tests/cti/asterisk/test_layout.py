from pathlib import Path

import pytest

from cti.asterisk.layout import (
    CARRIER,
    InstanceLayout,
    callroom_settings,
    prefix_of,
    pstn_settings,
    templates_dir,
)
from cti.asterisk.secrets import AsteriskSecrets
from cti.errors import AsteriskMissing


def test_ports_follow_from_one_base_port():
    secrets = AsteriskSecrets.generate()
    switch, carrier = callroom_settings(Path("/h"), 8700, secrets), pstn_settings(Path("/h"), 8700, secrets)
    assert (switch.ami_port, switch.agi_port, switch.ws_port, switch.sip_port) == (8701, 8702, 8703, 8704)
    assert (carrier.ami_port, carrier.sip_port) == (8711, 8714)
    assert (switch.carrier_host, switch.carrier_port) == (carrier.host, carrier.sip_port) == (CARRIER, 8714)
    assert carrier.switch_port == switch.sip_port
    assert switch.rtp_last < carrier.rtp_first


def test_extensions_are_a_pool():
    pool = callroom_settings(Path("/h"), 8700, AsteriskSecrets.generate()).extensions
    assert (pool[0], pool[-1], len(pool)) == ("1001", "1050", 50)


def test_secrets_are_not_shown():
    secrets = AsteriskSecrets.generate()
    assert secrets.ami_secret not in repr(secrets)
    assert secrets.ami_secret not in repr(callroom_settings(Path("/h"), 8700, secrets))
    assert secrets.ami_events_secret not in repr(callroom_settings(Path("/h"), 8700, secrets))
    assert secrets.pstn_ami_secret not in repr(pstn_settings(Path("/h"), 8700, secrets))


def test_path_that_does_not_fit_into_a_socket_address_is_refused():
    InstanceLayout(Path("/h/run/callroom")).check()
    with pytest.raises(AsteriskMissing, match="CALLROOM_HOME"):
        InstanceLayout(Path("/" + "h" * 100)).check()


def test_all_folders_are_below_the_root():
    layout = InstanceLayout(Path("/h/run/callroom"))
    assert all(folder.is_relative_to(layout.root) for folder in layout.folders)
    assert layout.pid_file.parent == layout.run
    assert layout.console_log.parent == layout.log


def test_prefix_can_be_given():
    assert prefix_of(Path("/h"), {}) == Path("/h/asterisk")
    assert prefix_of(Path("/h"), {"CALLROOM_ASTERISK_PREFIX": "/p"}) == Path("/p")


def test_templates_are_found_in_a_checkout_and_when_installed(monkeypatch, tmp_path):
    assert (templates_dir() / "callroom/extensions.conf.tmpl").is_file()
    monkeypatch.setattr("cti.asterisk.layout.__file__", str(tmp_path / "a/b/c.py"))
    assert templates_dir().parts[-3:] == ("share", "callroom", "asterisk-conf")
