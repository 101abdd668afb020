// Words of reports of campaigns.
export const campaignReport = {
  title: '外呼活动报表',
  open: '报表',
  table: '报表表格',
  allCampaigns: '全部外呼活动',
  empty: '这段时间内没有外呼',
  emptyHint: '请选择其他日期或其他外呼活动。',
  noneBehind: '这些外呼记录已不存在',
  nobody: '无真人接听',
  show: '{figure}：查看 {count} 条外呼记录',
  facts: '名单共 {leads} 人：已拨 {dialed} 人，已接通 {reached} 人（渗透率 {penetration}），人均拨打 {each} 次。放弃率 {abandonment}，转化率 {conversion}。',
  note: '日期和小时按 {zone} 时区。放弃率按所选日期内已接通或被放弃的真人计算；限制本身按策略规定的统计窗口计算。',
  said: '通话结果',
  lines: { campaign: '外呼活动', campaign_list: '外呼活动和名单', campaign_hour: '小时', campaign_day: '日期', campaign_disposition: '通话结果', campaign_agent: '座席和外呼活动', campaign_caller_id: '外显号码' },
  figures: {
    attempts: '外呼量', people: '真人接听', answer_ratio: '接听率', machines: '机器应答', busy: '忙线', no_answer: '无人接听', dead: '空号', other: '其他', open: '进行中',
    abandoned: '放弃', abandon_ratio: '放弃率', unserved: '转人工流失', talks: '通话次数', talk_s: '平均通话时长', talk_total_s: '通话总时长', disposed: '已登记结果', converted: '成功', conversion_ratio: '转化率',
    leads: '名单人数', leads_dialed: '已拨人数', leads_reached: '已接通人数', penetration_ratio: '渗透率', attempts_per_lead: '人均拨打次数',
  },
  meanings: {
    attempts: '实际拨打的号码次数，不含拨打前取消的', people: '由真人接听的外呼', answer_ratio: '真人接听占外呼量的比例',
    machines: '答录机、语音信箱、来电筛选和传真', busy: '对方正在通话', no_answer: '已振铃但无人接听', dead: '不存在或已变更的号码',
    other: '拒接、关机、停机、网络故障、静音', open: '尚无结果', abandoned: '接听后没有座席及时应答的真人',
    abandon_ratio: '放弃占已接通或被放弃真人的比例，与法规口径一致', unserved: '语音通知中要求转人工却未接通座席的人：等待时挂断，或没有座席。不计入法规的放弃率', talks: '与座席接通的外呼', talk_s: '每次通话的平均时长',
    talk_total_s: '全部通话时长之和', disposed: '座席已登记通话结果的外呼', converted: '通话结果表示成功的外呼', conversion_ratio: '成功占真人接听的比例', leads: '这些名单上的人数，不论何时导入',
    leads_dialed: '被拨打的不同的人', leads_reached: '与座席通话，或在不经座席的活动中接听的不同的人', penetration_ratio: '已接通人数占名单人数的比例', attempts_per_lead: '每个被拨打的人的平均拨打次数',
  },
}
