// 号码隐藏与查看的文字。
export const numbers = {
  title: '客户号码',
  asRole: '按角色',
  rights: { see: '完整可见', reveal: '隐藏，可申请查看', masked: '隐藏' },
  userHelp: '只对此人生效，优先于角色的设置。',
  intro: '隐藏的号码显示为 138****8000：页面、弹屏、通话记录、导出和话机来电显示都不含完整号码。“可申请查看”须填写原因，一次一个号码，记入审计日志。修改立即生效。',
  perDay: '每人每天可查看的号码数',
  perDayHelp: '按本地日期计算，次日重新计数。',
  show: '查看完整号码（{number}）',
  why: '查看原因',
  example: '例如：客户要求短信回复',
  logged: '原因和查看人会记入审计日志。',
  needReason: '请先填写原因。',
  submit: '查看',
  dial: '拨打',
  left: '今天还可查看 {n} 个号码',
}
