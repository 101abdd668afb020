from ivr.domain.nodes import (
    HangUpNode,
    LanguageNode,
    MenuNode,
    QueueNode,
    SayNode,
    prompts,
    targets,
    waits_for_caller,
)

MENU = MenuNode("ask", {"1": "a", "2": "b"}, 5, 2, "bad", "c", "d")


def test_every_way_out_is_named_by_its_field() -> None:
    assert targets(MENU) == (("options.1", "a"), ("options.2", "b"), ("on_timeout", "c"), ("on_invalid", "d"))
    assert targets(LanguageNode("en", "x")) == (("next", "x"),)
    assert targets(QueueNode(1, 0)) == ()
    assert targets(QueueNode(1, 0, "shut")) == (("closed", "shut"),)


def test_every_prompt_is_named_by_its_field() -> None:
    assert prompts(SayNode("hi", "x")) == (("prompt", "hi"),)
    assert prompts(MENU) == (("prompt", "ask"), ("invalid_prompt", "bad"))
    assert prompts(HangUpNode("bye")) == (("prompt", "bye"),)
    assert prompts(HangUpNode(None)) == ()


def test_only_questions_wait_for_the_caller() -> None:
    assert waits_for_caller(MENU)
    assert not waits_for_caller(SayNode("hi", "x"))
