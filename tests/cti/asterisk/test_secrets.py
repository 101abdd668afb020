import hashlib
import hmac
import tomllib

import pytest

from cti.asterisk.secrets import AsteriskSecrets, load_or_create, sip_password, write_private


def test_two_installations_share_no_secret():
    first, second = AsteriskSecrets.generate().to_table(), AsteriskSecrets.generate().to_table()
    assert not set(first.values()) & set(second.values())
    assert all(len(value) == 48 for value in first.values())


def test_table_and_back():
    secrets = AsteriskSecrets.generate()
    assert AsteriskSecrets.from_table(secrets.to_table()) == secrets


@pytest.mark.parametrize("bad", [None, "", "short", "g" * 48, "a" * 31, 'a"; rm', "A" * 48, 7])
def test_secret_that_could_break_a_configuration_file_is_refused(bad):
    table = {**AsteriskSecrets.generate().to_table(), "sip_key": bad}
    with pytest.raises(ValueError, match="sip_key"):
        AsteriskSecrets.from_table(table)


def test_sip_password_is_derived():
    expected = hmac.new(b"k", b"1001", hashlib.sha256).hexdigest()[:32]
    assert sip_password("k", "1001") == expected != sip_password("k", "1002")


def test_made_once_and_private(tmp_path):
    path = tmp_path / "new" / "secrets.toml"
    made = load_or_create(path)
    assert load_or_create(path) == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_other_tables_of_the_file_stay(tmp_path):
    path = tmp_path / "secrets.toml"
    path.write_text('[passwords]\ndemo = "x"')
    made = load_or_create(path)
    table = tomllib.loads(path.read_text())
    assert table == {"passwords": {"demo": "x"}, "asterisk": made.to_table()}


def test_file_is_private_even_if_it_was_not(tmp_path):
    path = tmp_path / "f"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


@pytest.mark.parametrize("missing", [("ami_events_secret",), ("agi_secret",), ("ami_events_secret", "agi_secret")])
def test_an_installation_of_before_gets_the_secrets_that_have_come_since(tmp_path, missing):
    path = tmp_path / "secrets.toml"
    old = AsteriskSecrets.generate().to_table()
    for name in missing:
        del old[name]
    lines = "".join(f'{name} = "{value}"\n' for name, value in old.items())
    path.write_text(f'[passwords]\ndemo = "x"\n\n[asterisk]\n{lines}\n[more]\nkept = 1\n')
    made = load_or_create(path)
    table = tomllib.loads(path.read_text())
    assert table == {"passwords": {"demo": "x"}, "asterisk": made.to_table(), "more": {"kept": 1}}
    assert {name: table["asterisk"][name] for name in old} == old
    assert load_or_create(path) == made


def test_any_other_missing_key_is_an_error(tmp_path):
    path = tmp_path / "secrets.toml"
    path.write_text('[asterisk]\nami_secret = "' + "a" * 48 + '"\n')
    with pytest.raises(ValueError, match="pstn_ami_secret"):
        load_or_create(path)
