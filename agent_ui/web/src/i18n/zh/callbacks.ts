// 预约回电：现场监控与技能组规则。
export const callbacks = {
  title: '待回电',
  states: { waiting: '排队中', checking: '已轮到', calling: '正在回电', paused: '稍后再试' },
  why: { closed: '非工作时间', dial_cap_number: '该号码今日拨打次数已满', dial_cap_agent: '空闲座席本小时拨打次数已满', unchecked: '暂时无法核查' },
  in_person: '客户已来电等待',
  web: '网页预约',
  tries: '已尝试 {done}/{most} 次',
  again: '{at} 再试',
  cancelOf: '取消给 {name} 的回电',
  cancelTitle: '取消给 {name} 的回电？',
  cancelText: '将不再给该客户回电，系统也不会通知客户。',
  cancelYes: '移出排队',
}

export const callbackRules = {
  title: '排队回电',
  hint: '告知排队的来电者可以挂机：保留排队位置，轮到时由我们回电。',
  after_s: '等待多久后提供',
  above_expected_s: '预计等待达到',
  either: '以上两项',
  both: '须同时满足',
  one: '满足一项即可',
  key: '按键',
  attempts: '尝试次数',
  retry_s: '再次尝试间隔',
  expires_s: '有效时间',
  agent_first: '先呼叫谁',
  agentFirst: '先呼座席',
  customerFirst: '先呼客户',
  may_change_number: '可改用其他号码',
  help: {
    after_s: '从开始排队算起，此后每一分半钟再提示一次。',
    above_expected_s: '0 表示不论预计等待多久。',
    key: '提示语中会告知来电者。',
    attempts: '拨打客户的次数，座席未接听不计。',
    retry_s: '无人接听或忙线时。',
    expires_s: '从客户提出时算起。未兑现的回电按未接来电生成任务。',
    agentFirst: '座席像接听来电一样接受，并听到拨号过程：客户接听即可与人交谈。',
    customerFirst: '有空闲座席时呼叫客户，客户接听后排在第一位：座席无需等待振铃。',
    may_change_number: '来电者输入号码，系统复述确认。同样受拨号规则约束。',
  },
}

export const callbackErrors = {
  unknown_callback: '该回电已经结束。',
  callback_under_way: '正在给该客户回电。',
}
