from dialer.listening.clusters import clusters
from tests.dialer.listening.sounds import cat, on_a_line, silence, speech

PROMPT, RARE = speech(1, 4.0), speech(2, 4.0)


def test_what_is_heard_in_three_calls_is_offered_once_and_people_never():
    heard = {f"call-{number}": on_a_line(cat(silence(137 * number), PROMPT), number, snr_db=25) for number in range(3)}
    heard |= {f"rare-{number}": on_a_line(RARE, 10 + number, snr_db=25) for number in range(2)}
    heard |= {f"person-{number}": speech(50 + number, 4.0) for number in range(4)}
    (found,) = clusters(heard)
    assert set(found.calls) == {"call-0", "call-1", "call-2"}
    assert found.name == "call-2", "the longest"


def test_nothing_heard_has_no_clusters():
    assert clusters({}) == ()
