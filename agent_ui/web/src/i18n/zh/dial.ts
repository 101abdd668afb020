// Words of calling somebody outside, and why a number is not dialed.
export const dial = {
  open: '拨号',
  title: '外呼',
  field: '号码或客户姓名',
  call: '呼叫',
  callNumber: '呼叫 {number}',
  callAgain: '重拨',
  last: '最近拨打',
  none: '您还没有拨打过电话。',
  contacts: '客户',
  noContacts: '未找到客户。',
  searching: '正在搜索',
  failed: '搜索失败。请输入完整号码，或稍后重试。',
  steps: { fetching: '正在接通您的话机', dialed: '正在拨号', ringing: '对方振铃', answered: '对方已接听', over: '已结束' },
  to: '呼叫 {name}',
  outcome: '{name}：{result}',
  cause: '{result}（原因码 {cause}）',
  results: {
    busy: '对方忙',
    no_answer: '无人接听',
    rejected: '对方拒接',
    no_such_number: '号码不存在（空号）',
    congestion: '线路繁忙，请稍后再试',
    unreachable: '无法接通：对方关机、不在服务区或停机',
    cancelled: '已取消',
    no_phone: '您的话机没有应答，请查看语音连接状态',
    caller_hung_up: '对方接通后立即挂断',
    lost_switch: '电话交换机停止运行',
    lost_while_away: 'Callroom 断开期间丢失',
    failed: '系统故障导致通话结束',
    other: '呼叫未成功',
  },
  direction: { inbound: '呼入', outbound: '呼出' },
}

export const dialErrors = {
  phone_busy: '您的话机上还有另一通电话，请稍后再试。',
}
