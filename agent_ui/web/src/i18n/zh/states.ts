// 座席状态及系统设置的示忙原因。
export const state = {
  signed_out: '已签出',
  not_ready: '示忙',
  ready: '示闲',
  dialing: '拨号中',
  ringing: '振铃',
  talking: '通话中',
  wrap_up: '话后整理',
  next: '之后：{state}',
  overdue: '已超时',
  choose: '切换状态',
  offline: '未连接',
}

export const reason = {
  missed_call: '未接来电',
  declined_call: '拒接来电',
  phone_lost: '话机断开',
  screen_lost: '页面曾断开',
  signed_in: '刚签入',
  by_supervisor: '班长设置',
}
