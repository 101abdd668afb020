from dialer.listening.clusters import clusters, sort_out
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


def test_what_a_labelled_recording_is_in_is_explained_and_the_same_beginning_is_not():
    beginning = speech(7, 2.0)
    labelled = {"known": cat(beginning, speech(8, 4.0))}
    heard = {"noisy": on_a_line(labelled["known"], 1, snr_db=25)}
    heard |= {f"other-{number}": on_a_line(cat(beginning, speech(9, 4.0)), number, snr_db=25) for number in range(3)}
    ratios: list[float] = []
    found = sort_out(heard, labelled, ratios.append)
    assert found.explained == ("noisy",)
    assert [set(one.calls) for one in found.clusters] == [{"other-0", "other-1", "other-2"}]
    assert ratios == [0.25, 0.5, 0.75, 1.0]
