// 个人信息导出与删除的文字。
export const privacy = {
  title: '个人信息',
  copy: '导出此人的全部资料 (ZIP)',
  hold: '法律保全',
  release: '解除法律保全',
  held: '法律保全中',
  holdText: '保全期间，此客户的任何资料都不能删除，录音也不会过期。',
  holdWhy: '原因，例如案号',
  erase: '彻底删除',
  eraseHeld: '彻底删除（法律保全中）',
  eraseTitle: '彻底删除“{name}”？',
  eraseText: '姓名、号码、备注、时间线、待办、录音和留言将从数据库和文件中彻底删除，无法恢复。',
  eraseKeeps: '通话次数和时长保留在统计中，不再含有此人的任何信息。备份中的副本在备份过期时消失。',
  typeName: '请输入姓名“{name}”以确认',
  erased: '已彻底删除，其中录音 {recordings} 个；{calls} 次通话仅留作统计。',
}
