"""What people and machines say in training, and where its thresholds are chosen: no sentence of `line_people`.

Templates, so that no sentence is learned by heart. Those for the thresholds are others than those for the trees; of
the words put into them, both have their own, too. `|` is a pause between two sentences.
"""

import re

import numpy as np

TEACHES, CHOOSES = 0, 1
_SLOT = re.compile(r"\{(\w+)\}")

WORDS: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "zh": {
        "name": (("李娜", "王强", "刘洋", "陈静", "赵建国", "周婷婷", "老孙", "小吴"), ("黄磊", "徐丽华", "马超", "阿珍", "郑先生")),
        "company": (("东方贸易", "顺达物流", "明德教育", "阳光诊所", "中盛地产", "蓝海科技", "老张饭店"),
                    ("宏远电器", "安康药房", "天地快运", "新时代装修")),
        "busy": (("正在开会", "没法接电话", "在开车", "正忙着", "不在电话旁边", "有事走开了"), ("没空", "在忙别的", "接不了电话", "出门了")),
        "leave": (("听到嘀声后给我留个言", "稍后再打来", "给我发短信", "留下姓名和号码,我会回电", "有急事请发微信"),
                  ("哔声之后说话", "晚一点再联系", "把事情留下来,我回头打给你")),
        "key": (("查订单请按一,退换货请按二", "中文服务请按一,英文请按二", "个人客户请按一,公司客户请按二", "请直拨分机号,查号请拨零"),
                ("报修请按一,投诉请按二", "续费请按三,其他业务请按九")),
        "hours": (("早上九点到晚上六点", "周一到周五", "上午八点半到下午五点"), ("每天十点到二十点", "工作日的白天")),
    },
    "en": {
        "name": (("Linda", "Robert", "Susan", "Dave", "Karen Miller", "Tom Baker", "Jennifer", "the Johnsons"),
                 ("Alice", "Frank", "Nancy Cooper", "Steve", "the Parkers")),
        "company": (("Baker and Sons", "Northside Dental", "City Motors", "Green Valley Insurance", "Delta Plumbing", "the front desk"),
                    ("Harbor Travel", "Quick Print", "Oak Street Clinic", "Summit Software")),
        "busy": (("can't get to the phone", "am away from my desk", "am on the other line", "am in a meeting", "am out of the office"),
                 ("can't answer just now", "am not available", "am driving")),
        "leave": (("leave your name and number", "leave me a message and I'll get back to you", "send me a text", "try again later"),
                  ("say something after the beep", "leave a short message", "call back another time")),
        "key": (("for billing press one, for repairs press two", "to continue in English press one", "if you know your party's extension, dial it now",
                 "for new orders press one"), ("for opening hours press three", "to speak to an operator press zero")),
        "hours": (("nine to five", "Monday to Friday", "eight thirty in the morning until six"), ("ten to eight every day", "weekdays only")),
    },
}  # fmt: skip
PEOPLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "zh": (
        ("喂,喂喂?", "您好。", "哎,你好。", "喂,您好。", "哪位?", "喂,谁呀?", "你好,哪位?", "喂,找谁?", "讲。", "嗯,你说。", "喂,听得见吗?",
         "我是{name}。", "{name}。", "喂,我是{name}。", "你好,我是{name},哪位?", "{company},你好。", "您好,{company}。", "喂,我在开车呢,什么事?",
         "您好,{company},请讲。", "喂?|喂喂?", "喂?|你哪位?", "你好?|能听到吗?", "喂,你好。|喂?", "谁啊?", "是我,你说吧。", "哎,怎么了?", "喂,妈?"),
        ("嗯?", "哎?", "你好啊。", "喂,谁?", "您哪位?", "喂,有事吗?", "请说。", "{name},您说。", "喂,{name}。", "你好,{company}的{name}。",
         "您好,这里是{company}。", "喂?|你好啊?", "喂,哪位?|喂?", "喂,我现在有点忙,你是谁?", "你好,怎么称呼?"),
    ),
    "en": (
        ("Hello, hello, hello?", "Hi.", "Yeah?", "Hey.", "Yes, hello?", "Hi there.", "Who's this?", "{name} here.", "Hello, {name} speaking.", "This is {name}.",
         "Good afternoon.", "Good morning, {company}.", "{company}, {name} speaking.", "{company}, how can I help you?", "Hello, this is {name}.",
         "Hello, who's calling please?", "Hi, what's up?", "Hello?|Who is it?", "Yes?|Hello?", "Hello?|Anybody there?", "Hello.|Hi?", "Speaking.",
         "Yes, who am I speaking to?", "Hang on a second.", "Hey, it's {name}."),
        ("Hi, hello.", "Yep.", "Good evening.", "Hello there?", "{name}.", "{company}.", "Hello, {company}.", "Hi, {name} here.", "Yes, this is {name}.",
         "{company}, good morning, {name} speaking.", "Hello?|Can you hear me?", "Hi?|Hello?", "Hello, yes?", "Sorry, who is calling?"),
    ),
}  # fmt: skip
MACHINES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "zh": (
        ("您好,我是{name},我现在{busy},请{leave}。", "你好,我是{name}。|我现在{busy},请{leave}。", "喂,你好,我{busy},有事请{leave}。",
         "您呼叫的用户正忙,如需留言请在嘀一声后开始。", "您拨叫的用户没有应答,现在为您转到留言信箱。", "用户暂时不能接听,请您留言,按井号键结束。",
         "欢迎致电{company},{key}。", "您好,{company},{key}。", "感谢您的来电。|{key}。", "您好,感谢致电{company},为了保证服务质量,本次通话可能会被录音。",
         "这里是{company},我们的工作时间是{hours},现在已经下班。", "你好,机主{busy},我是他的智能秘书,有什么可以帮您转达?",
         "您好,请问您是哪位?|我是{name}的电话助理,会把您的话记下来。", "欢迎使用{company}语音信箱。|请{leave}。",
         "您好,现在所有座席都在忙,请不要挂机,我们会尽快接听。"),
        ("嗨,这里是{name},{busy},请{leave}。", "我{busy}。|请{leave}。", "对不起,机主{busy},请{leave}。", "您好,{company}提醒您,{key}。",
         "{company}竭诚为您服务。|{key}。", "你好,你正在与来电助手通话,请告诉我你找{name}有什么事。", "现在是非工作时间,请在{hours}来电。",
         "您已进入语音留言系统,请开始录音。"),
    ),
    "en": (
        ("Hi, this is {name}, I {busy}, please {leave}.", "Hello, {name} here. I {busy} right now. Please {leave}.", "Hey, it's {name}.|I {busy}, so {leave}.",
         "You've reached {name}.|I {busy}. Please {leave}.", "Your call has been forwarded to an automatic voice message system.",
         "The subscriber you have called can't take your call now. Please record your message.", "Welcome to {company}, {key}.",
         "Thanks for calling {company}.|Our hours are {hours}.", "Good morning and thank you for calling {company}. {key}.",
         "Hello and welcome to {company}. This call may be recorded.", "The mailbox of|{name}|is full.",
         "Hi, if you record your name and reason for calling, I'll see if this person is available.", "We are closed now. Our business hours are {hours}.",
         "Hello.|This is {name}, I {busy}. Please {leave}.", "At the tone please record your message. When you are finished, hang up."),
        ("{name} {busy}. Please {leave}.", "This is the voice mail of {name}. Please {leave}.", "Hello, you are connected to {company}.|{key}.",
         "All of our agents are busy, please stay on the line.", "Hi there, I {busy}, {leave} and have a great day.",
         "Call assist by {company}. Please say your name after the tone.", "Nobody is here to take your call. Please {leave}.",
         "You have called {company} outside of our opening hours, which are {hours}."),
    ),
}  # fmt: skip


# Most people say one to four syllables, few introduce their company: as `line_people` has it. Without it the longest
# greetings, which are the most to write down, would decide what a machine is.
PEOPLE_BY_SYLLABLES = ((0.65, 0, 4), (0.25, 5, 6), (0.10, 7, 99))
_SYLLABLE = re.compile(
    r"[\u4e00-\u9fff]|[aeiouy]+(?!\b)|(?<![aeiouy])[aiouy]+\b|[aeiouy]{2,}\b|\b[^aeiouy\s]*e\b", re.I
)


def greeting(language: str, share: int, dice: np.random.Generator, *, is_machine: bool) -> tuple[str, ...]:
    """Return what is said, in sentences with pauses between them."""
    if is_machine:
        return _filled(MACHINES[language][share], language, share, dice)
    ratios = [ratio for ratio, _, _ in PEOPLE_BY_SYLLABLES]
    _, least, most = PEOPLE_BY_SYLLABLES[int(dice.choice(len(ratios), p=ratios))]
    while True:
        parts = _filled(PEOPLE[language][share], language, share, dice)
        if least <= syllables(" ".join(parts)) <= most:
            return parts


def syllables(text: str) -> int:
    """Count them: signs of Chinese, groups of vowels of English, where a last e is silent."""
    return len(_SYLLABLE.findall(text))


def _filled(templates: tuple[str, ...], language: str, share: int, dice: np.random.Generator) -> tuple[str, ...]:
    chosen = templates[int(dice.integers(len(templates)))]

    def word(slot: re.Match[str]) -> str:
        words = WORDS[language][slot[1]][share]
        return words[int(dice.integers(len(words)))]

    return tuple(_SLOT.sub(word, chosen).split("|"))
