"""What the built-in prompts say, in every language: placeholders until an administrator uploads a voice."""

from ivr.domain.numbers import COUNTED_TWO, number_pieces

_SENTENCES: dict[str, tuple[str, str]] = {
    "welcome": ("您好，欢迎致电。", "Hello, and thank you for calling."),
    "welcome_back": ("您好，欢迎再次致电。", "Hello, and welcome back."),
    "main_menu": (
        "人工服务请按 1，留言请按 2，重听请按星号键。For English, press 9.",
        "For our team, press 1. To leave a message, press 2. To hear this again, press star. For Chinese, press 9.",
    ),
    "invalid_choice": ("对不起，没有这个选项。", "Sorry, that is not one of the choices."),
    "please_wait": ("正在为您转接，请稍候。", "Please hold while we connect you."),
    "keep_waiting": ("请不要挂机，我们会尽快接听。", "Please stay on the line. We will be with you as soon as we can."),
    "position_is": ("您现在排在第", "You are number"),
    "position_end": ("位。", "in line."),
    "expected_wait": ("预计等待时间约", "Your expected wait is about"),
    "expected_wait_more": ("预计等待时间超过", "Your expected wait is more than"),
    "minute": ("分钟。", "minute."),
    "minutes": ("分钟。", "minutes."),
    "all_busy": (
        "非常抱歉，现在所有座席都在忙，请您稍后再拨。",
        "We are sorry, all of our team are busy. Please call again later.",
    ),
    "all_busy_voicemail": (
        "非常抱歉，现在所有座席都在忙，请您留言，我们会尽快回电。",
        "We are sorry, all of our team are busy. Please leave a message and we will call you back.",
    ),
    "leave_message": ("请留言，我们会尽快回电。", "Please leave a message and we will call you back."),
    "after_tone": (
        "请在提示音后开始说话，按井号键结束。",
        "Please speak after the tone, and press the pound key when done.",
    ),
    "enter_number": (
        "请输入您的电话号码，以井号键结束。",
        "Please enter your telephone number, then press the pound key.",
    ),
    "callback_offer": (
        "如果您不想继续等待，我们可以保留您的排队位置，轮到您时给您回电。需要回电请按",
        "You need not stay on the line: we can keep your place and call you when it is your turn. For that, press",
    ),
    "callback_own": (
        "我们将拨打您现在使用的电话号码。确认请按 1，继续等待请按星号键。",
        "We will call the number that you are calling from. To confirm, press 1. To stay on the line, press star.",
    ),
    "callback_change": ("改用其他号码请按 2。", "To be called at another number, press 2."),
    "callback_number_is": ("您输入的号码是", "The number is"),
    "callback_confirm": (
        "确认请按 1，重新输入请按 2，继续等待请按星号键。",
        "To confirm, press 1. To enter it again, press 2. To stay on the line, press star.",
    ),
    "callback_promised": (
        "好的，您的排队位置已保留，轮到您时我们会给您回电。再见。",
        "All right. Your place in line is kept, and we will call you when it is your turn. Goodbye.",
    ),
    "callback_none": ("好的，请您继续等待。", "All right. Please stay on the line."),
    "callback_refused": (
        "非常抱歉，这个号码无法回电，请您继续等待。",
        "We are sorry, this number cannot be called. Please stay on the line.",
    ),
    "callback_failed": (
        "非常抱歉，现在无法预约回电，请您继续等待。",
        "We are sorry, that did not work. Please stay on the line.",
    ),
    "callback_greeting": (
        "您好，这是您预约的回电，请稍候。",
        "Hello, this is the call that you asked for. One moment, please.",
    ),
    # The law of some countries wants the seller's name and number here: such a house records words of its own.
    "campaign_sorry": (
        "您好，非常抱歉打扰您，我们现在没有空闲的座席为您服务，再见。",
        "Hello. We called you, and are sorry that nobody is free to talk with you now. Goodbye.",
    ),
    "recording_notice": ("为保证服务质量，本次通话可能会被录音。", "This call may be recorded."),
    "recording_refusal": (
        "如果您不希望被录音，请按 9。",
        "If you do not want to be recorded, press 9.",
    ),
    "recording_refused": ("好的，本次通话不会录音。", "All right, this call will not be recorded."),
    "survey": (
        "请为本次服务评分：非常满意请按 5，满意请按 4，一般请按 3，不满意请按 2，非常不满意请按 1。",
        "How did we do? Press a key from 1, very poor, to 5, very good.",
    ),
    "survey_thanks": ("感谢您的评价。", "Thank you for your answer."),
    "closed": ("现在是非工作时间。", "Our office is closed at the moment."),
    "holiday": ("今天是节假日，我们休息。", "We are closed for the holiday today."),
    "sorry": ("非常抱歉，系统出现故障。", "We are sorry, something went wrong on our side."),
    "goodbye": ("感谢您的来电，再见。", "Thank you for calling. Goodbye."),
}
_HUNDRED = ("百", "hundred")
_LANGUAGES = ("zh", "en")
_CHINESE_DIGITS = "零一二三四五六七八九十"


def wording(language: str) -> dict[str, str]:
    """Return the text of every built-in prompt by name."""
    place = _LANGUAGES.index(language)
    texts = {name: both[place] for name, both in _SENTENCES.items()}
    texts["hundred"] = _HUNDRED[place]
    texts |= {f"number_{number}": _number(number, language) for number in number_pieces(language)}
    if language == "zh":
        texts[COUNTED_TWO] = "两"
    return texts


def builtin_names() -> frozenset[str]:
    """Return the names a flow may use without any upload."""
    return frozenset(wording("zh")) & frozenset(wording("en"))


def _number(number: int, language: str) -> str:
    return _CHINESE_DIGITS[number] if language == "zh" else str(number)
