"""What the emergency script says; spoken by espeak-ng when the private Asterisk is configured."""

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

PROMPTS: dict[str, dict[str, str]] = {
    "zh": {
        "sorry": "您好,很抱歉,我们暂时无法接听您的来电。留下回电号码请按一,语音留言请按二。",
        "enter_number": "请输入您的电话号码,以井号键结束。",
        "you_entered": "您输入的号码是",
        "confirm": "确认请按一,重新输入请按二。",
        "not_understood": "号码不正确。",
        "after_beep": "请在提示音后留言,结束请按井号键。",
        "saved": "已经记录,我们会尽快与您联系。谢谢,再见。",
        "noted": "您好,很抱歉,现在来电很多,我们暂时无法接听。您的电话号码已经记录,我们会尽快给您回电。再见。",
        "goodbye": "请稍后再拨。再见。",
        **{f"digit_{i}": word for i, word in enumerate("零幺二三四五六七八九")},
        "digit_plus": "加",
    },
    "en": {
        "sorry": "Hello. We are sorry, we cannot take your call right now. "
        "To leave a number for us to call you back, press one. To leave a voice message, press two.",
        "enter_number": "Please enter your phone number, then press the pound key.",
        "you_entered": "You entered",
        "confirm": "If this is right, press one. To enter it again, press two.",
        "not_understood": "That is not a phone number.",
        "after_beep": "Please leave your message after the beep. When you are done, press the pound key.",
        "saved": "Thank you. We will be in touch as soon as possible. Goodbye.",
        "noted": "Hello. We are sorry, very many people are calling and we cannot take your call right now. "
        "Your number has been noted, and we will call you back as soon as possible. Goodbye.",
        "goodbye": "Please call again later. Goodbye.",
        **{f"digit_{i}": word for i, word in enumerate(DIGITS)},
        "digit_plus": "plus",
    },
}
