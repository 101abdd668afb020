import pytest

from dialer.errors import SameAudioTwice
from dialer.listening.library import Prompt, assembled, build, is_label, parameters, refuse_same_audio
from dialer.listening.matching import Known
from dialer.listening.sound import Samples
from tests.dialer.listening.sounds import cat, on_a_line, silence, speech

EMPTY, OFF = speech(1, 4.0), speech(2, 4.0)


def prompt(name: str, label: str, samples: Samples, *, active: bool = True) -> tuple[Prompt, Samples]:
    return Prompt(name, label, f"sha-{name}", active=active), samples


def test_the_same_audio_under_two_labels_is_refused():
    with pytest.raises(SameAudioTwice, match=r"a \(empty\) and b \(off\)"):
        build([prompt("a", "empty", EMPTY), prompt("b", "off", cat(silence(230), on_a_line(EMPTY, 3, snr_db=30)))])


def test_the_same_audio_under_one_label_is_told_and_kept():
    library = build([prompt("a", "empty", EMPTY), prompt("b", "empty", EMPTY), prompt("c", "off", OFF)])
    assert [(each.first, each.second) for each in library.shared] == [("a", "b")]
    assert library.shared[0].ratio > 0.9


def test_an_opening_that_two_labels_share_is_told():
    opening = speech(5, 2.0)
    library = build([
        prompt("a", "empty", cat(opening, speech(6, 3.0))), prompt("b", "off", cat(opening, speech(7, 3.0)))
    ])  # fmt: skip
    (shared,) = library.shared
    assert (shared.first, shared.second) == ("a", "b")
    assert 1.5 < shared.shared_s < 2.6


def test_what_is_not_in_use_is_not_known_and_stands_in_nobodys_way():
    library = build([prompt("a", "empty", EMPTY), prompt("b", "off", EMPTY, active=False)])
    assert [each.ref for each in library.index.known] == ["a"]


def test_the_version_follows_what_is_in_it_and_its_parameters():
    first = build([prompt("a", "empty", EMPTY)]).version
    assert build([prompt("a", "empty", EMPTY)]).version == first
    assert build([prompt("a", "changed", EMPTY)]).version != first
    assert "512" in parameters()


def test_labels_that_a_recording_may_have():
    assert is_label("empty")
    assert is_label("person"), "and is none to listen for"
    assert not is_label("fax"), "tones are data of their own"


def test_what_is_loaded_is_as_it_was_built_and_compared_with_nothing():
    both = [prompt("a", "empty", EMPTY), prompt("b", "off", EMPTY), prompt("c", "off", OFF, active=False)]
    loaded = assembled(both)
    assert ([each.ref for each in loaded.index.known], loaded.shared) == (["a", "b"], ())
    alone = [prompt("a", "empty", EMPTY)]
    assert assembled(alone).version == build(alone).version


def test_a_new_one_is_refused_where_its_sound_has_another_label():
    there = [Known("a", "empty", EMPTY), Known("c", "busy", cat(OFF[:16_000], speech(9, 4.0)))]
    on_line = cat(silence(230), on_a_line(EMPTY, 3, snr_db=30))
    with pytest.raises(SameAudioTwice) as refused:
        refuse_same_audio(Known("b", "off", on_line), there)
    assert (refused.value.first, refused.value.first_label) == ("a", "empty")
    assert (refused.value.second, refused.value.second_label) == ("b", "off")
    for one in (Known("b", "empty", on_line), Known("b", "off", OFF), Known("b", "off", speech(20, 4.0))):
        refuse_same_audio(one, there)
    refuse_same_audio(Known("b", "off", OFF), [])
