from ivr.domain.known import ANYTHING, Known


def test_nobody_is_called_outside_unless_listed() -> None:
    assert not ANYTHING.may_call("10086")
    assert Known(numbers=frozenset({"10086"})).may_call("10086")
    assert Known(numbers=None).may_call("10086")
