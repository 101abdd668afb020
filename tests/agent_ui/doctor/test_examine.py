from agent_ui.doctor.examine import examine
from agent_ui.doctor.finding import ok


async def test_one_that_breaks_does_not_stop_the_others():
    def broken():
        raise PermissionError(13, "Permission denied")

    async def later():
        return [ok("tools_there")]

    found = await examine([("the lock", broken), ("tools", later), ("clock", lambda: [ok("clock_synchronised")])])
    assert [finding.code for finding in found] == ["check_failed", "tools_there", "clock_synchronised"]
    assert "the lock could not be made: PermissionError" in found[0].message
