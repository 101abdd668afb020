"""The words of exported reports, in Chinese and English: the same as those of the page."""

TITLES: dict[str, tuple[str, str]] = {
    "interval": ("按时段", "By interval of each day"),
    "clock": ("按一天中的时间", "By time of day"),
    "day": ("按日", "By day"),
    "week": ("按周", "By week"),
    "month": ("按月", "By month"),
    "queue": ("按技能组", "By queue"),
    "agent": ("按座席", "By agent"),
    "team": ("按班组", "By team"),
    "number": ("按接入号码", "By entry number"),
    "disposition": ("按通话结果", "By disposition"),
    "heat": ("星期与小时热力图", "Weekday and hour"),
}
AXES: dict[str, tuple[str, str]] = {
    "interval": ("时段", "Interval"),
    "clock": ("时间", "Time of day"),
    "day": ("日期", "Day"),
    "week": ("周（起始日）", "Week from"),
    "month": ("月份", "Month"),
    "queue": ("技能组", "Queue"),
    "agent": ("座席", "Agent"),
    "team": ("班组", "Team"),
    "number": ("接入号码", "Entry number"),
    "disposition": ("通话结果", "Disposition"),
    "heat": ("星期", "Weekday"),
}
FIGURES: dict[str, tuple[str, str]] = {
    "arrived": ("呼入量", "Calls in"),
    "in_menu": ("语音菜单内结束", "Ended in menu"),
    "offered": ("排队量", "Offered"),
    "answered": ("接通量", "Answered"),
    "abandoned": ("放弃量", "Abandoned"),
    "short_abandoned": ("短放弃量", "Short abandons"),
    "passed_on": ("转出量", "Passed on"),
    "callbacks_promised": ("承诺回电", "Callbacks promised"),
    "callbacks_kept": ("已完成回电", "Callbacks kept"),
    "web_ordered": ("网页预约回电", "Callbacks ordered by form"),
    "web_called": ("网页预约已回拨", "Of these, called"),
    "web_reached": ("网页预约已接通", "Of these, reached"),
    "web_expired": ("网页预约已过期", "Of these, expired"),
    "open": ("进行中", "Open"),
    "service_level_ratio": ("服务水平", "Service level"),
    "answer_ratio": ("接通率", "Answer rate"),
    "abandon_ratio": ("放弃率", "Abandon rate"),
    "asa_s": ("平均应答速度", "ASA"),
    "aht_s": ("平均处理时长", "AHT"),
    "talk_s": ("平均通话时长", "Talk"),
    "hold_s": ("平均保持时长", "Hold"),
    "wrap_up_s": ("平均话后整理时长", "Wrap-up"),
    "ring_s": ("平均振铃时长", "Ringing"),
    "occupancy_ratio": ("工时利用率", "Occupancy"),
    "missed": ("久未接听", "Missed (RONA)"),
    "declined": ("拒接", "Declined"),
    "transferred": ("转接", "Transfers"),
    "announced": ("咨询后转接", "Announced transfers"),
    "invited": ("咨询", "Consults"),
    "conferences": ("会议", "Conferences"),
    "rating": ("满意度", "Rating"),
    "outbound": ("呼出量", "Calls out"),
    "reached": ("呼出接通量", "Reached"),
    "talks": ("通话次数", "Talks"),
    "took": ("首次应答", "First answers"),
    "helped": ("协助", "Helped"),
    "sign_ins": ("签入次数", "Sign-ins"),
    "signed_in_total_s": ("签入总时长", "Signed in"),
    "ready_total_s": ("示闲总时长", "Ready"),
    "not_ready_total_s": ("示忙总时长", "Not ready"),
    "ringing_total_s": ("振铃总时长", "Ringing, total"),
    "dialing_total_s": ("拨号总时长", "Dialing, total"),
    "talk_total_s": ("通话总时长", "Talk, total"),
    "hold_total_s": ("保持总时长", "Hold, total"),
    "wrap_up_total_s": ("话后整理总时长", "Wrap-up, total"),
    "helped_total_s": ("协助总时长", "Helping, total"),
    "outbound_talk_total_s": ("呼出通话总时长", "Talk of calls out"),
}
TOTAL = ("合计", "Total")
NONE = ("（无）", "(none)")
PAUSE = ("示忙：{reason}", "Pause: {reason}")
WEEKDAYS = (
    ("星期一", "Monday"),
    ("星期二", "Tuesday"),
    ("星期三", "Wednesday"),
    ("星期四", "Thursday"),
    ("星期五", "Friday"),
    ("星期六", "Saturday"),
    ("星期日", "Sunday"),
)
HOUR = ("小时", "Hour")


def word(both: tuple[str, str], language: str) -> str:
    """Choose."""
    return both[language != "zh"]
