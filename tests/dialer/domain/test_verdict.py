import pytest

from dialer.domain.verdict import DEAD_VERDICTS, ROUTE_VERDICTS, Finding, Signalling, Verdict, is_unheard, read


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (403, Verdict.BARRED),
        (404, Verdict.UNALLOCATED),
        (410, Verdict.NUMBER_CHANGED),
        (480, Verdict.POWERED_OFF),
        (484, Verdict.UNALLOCATED),
        (486, Verdict.BUSY),
        (500, Verdict.ROUTE_FAULT),
        (503, Verdict.CONGESTION),
        (600, Verdict.BUSY),
        (603, Verdict.REJECTED),
        (604, Verdict.UNALLOCATED),
        (607, Verdict.NETWORK_BLOCKED),
    ],
)
def test_sip_codes(code: int, verdict: Verdict) -> None:
    finding = read(Signalling(sip_code=code, q850_cause=127))
    assert (finding.verdict, finding.evidence) == (verdict, f"sip {code}")


@pytest.mark.parametrize(
    ("cause", "verdict"),
    [
        (1, Verdict.UNALLOCATED),
        (3, Verdict.ROUTE_FAULT),
        (16, Verdict.NO_ANSWER),
        (17, Verdict.BUSY),
        (19, Verdict.NO_ANSWER),
        (21, Verdict.REJECTED),
        (22, Verdict.NUMBER_CHANGED),
        (34, Verdict.CONGESTION),
        (38, Verdict.ROUTE_FAULT),
    ],
)
def test_causes_where_there_is_no_code(cause: int, verdict: Verdict) -> None:
    assert read(Signalling(q850_cause=cause)).verdict is verdict
    assert read(Signalling(sip_code=200, q850_cause=cause)).verdict is verdict


def test_a_trunk_that_does_not_answer_is_no_telephone_that_is_off() -> None:
    assert read(Signalling(q850_cause=20)) == Finding(Verdict.ROUTE_FAULT, 0.9, "the trunk does not answer")
    assert read(Signalling(sip_code=183, q850_cause=20)).verdict is Verdict.POWERED_OFF
    assert read(Signalling(q850_cause=20, rang=True)).verdict is Verdict.POWERED_OFF
    assert read(Signalling(q850_cause=102)) == Finding(Verdict.ROUTE_FAULT, 0.9, "the trunk does not answer")
    assert is_unheard(Signalling(q850_cause=102))
    assert not is_unheard(Signalling(sip_code=504, q850_cause=102))
    assert not is_unheard(Signalling(q850_cause=34))


@pytest.mark.parametrize("reason", ['Q.850;cause=21;text="Network Blocked"', "network blocked; v=analytics1"])
def test_a_networks_block_is_no_refusal(reason: str) -> None:
    assert read(Signalling(603, 21, reason)).verdict is Verdict.NETWORK_BLOCKED
    assert read(Signalling(603, 21, "Decline")).verdict is Verdict.REJECTED


def test_what_is_not_told_never_kills_a_number() -> None:
    assert read(Signalling()) == Finding(Verdict.ROUTE_FAULT, 0.3, "nothing was told")
    assert read(Signalling(rang=True)).verdict is Verdict.NO_ANSWER
    for cause in range(128):
        for code in (None, 183, 200, 408, 488, 500, 503):
            finding = read(Signalling(code, cause))
            dead = finding.verdict in DEAD_VERDICTS
            assert not dead or cause in (1, 22, 28)


def test_no_sign_of_one_attempt_is_certain() -> None:
    codes, causes = [None, *range(100, 700)], [None, *range(128)]
    assert max(read(Signalling(code, cause)).confidence_ratio for code in codes for cause in causes) < 1
    assert not DEAD_VERDICTS & ROUTE_VERDICTS


def test_forbidden_after_ringing_is_a_person_s_refusal() -> None:
    assert read(Signalling(403, 21, rang=True)).verdict is Verdict.REJECTED
    assert read(Signalling(403, 21)).verdict is Verdict.BARRED
