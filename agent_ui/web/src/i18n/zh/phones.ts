// With what agents talk.
export const phones = {
  title: '话机',
  kinds: { browser: '网页软电话', sip: 'SIP 话机', outside: '外部号码' },
  help: {
    browser: '使用电脑上的耳麦通话。',
    sip: '桌面话机或 SIP 软件，使用单独的账号。在话机上接听和静音，其余操作在网页中完成。',
    outside: '任意电话，例如手机。每次呼叫均产生通话费用。在该电话上接听和静音。',
  },
  number: '号码（含区号）',
  persistent: '班次内保持线路接通（常连）',
  persistentHelp: '签入时呼叫一次。来电不再振铃，直接接入；在网页中挂断只结束通话，线路保持接通。',
  beep: '每次来电前播放提示音',
  showAccount: '查看账号',
  account: '账号',
  server: '服务器',
  badge: '线路',
  badgeHelp: '您的常连线路，点击可重新呼叫',
  states: { down: '未接通', ringing: '正在呼叫，请接听', up: '已接通', closing: '正在重连', lost: '已断开' },
}
