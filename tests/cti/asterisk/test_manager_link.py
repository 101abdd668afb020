import asyncio

import pytest

from cti.asterisk import manager_link as module
from cti.asterisk.manager_link import manager_link
from cti.errors import SwitchUnavailable


async def test_nobody_there(monkeypatch, unused_tcp_port):
    monkeypatch.setattr(module, "LOGIN_TIMEOUT_S", 0.2)
    with pytest.raises(SwitchUnavailable):
        async with manager_link("127.0.0.1", unused_tcp_port, "demo", "x"):
            raise AssertionError("never")
    assert len(asyncio.all_tasks()) == 1
