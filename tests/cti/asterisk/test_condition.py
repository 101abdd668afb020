import pytest

from cti.asterisk.condition import read_calls, read_modules, read_rights, read_uptime

MODULES = """Module                         Description                              Use Count  Status      Support
app_queue.so                   True Call Queueing                       0          Running              core
chan_iax2.so                   Inter Asterisk eXchange (Ver 2)          0          Not Running          core
res_agi.so                     Asterisk Gateway Interface (AGI)         1          Running              core
3 modules loaded
"""
USER = """
             username: callroom
               secret: <Set>
            read perm: system,call,user
           write perm: {}
"""


def test_modules_that_run():
    assert read_modules(MODULES) == {"app_queue", "res_agi"}


@pytest.mark.parametrize(
    ("perm", "rights"), [("call,agent", {"call", "agent"}), ("<none>", set()), ("", set()), ("all", {"all"})]
)
def test_rights(perm, rights):
    assert read_rights(USER.format(perm)) == rights


def test_no_such_user():
    assert read_rights("There is no manager called x\n") is None


def test_numbers():
    assert read_uptime("System uptime: 12\nLast reload: 3\n") == 12
    assert read_calls("2 active channels\n1 active call\n4 calls processed\n") == 1
    assert read_uptime("") == read_calls("nonsense") == 0
