// 名单中客户资料的文字。
export const leadCard = {
  title: '名单资料',
  list: '名单',
  attempt: '拨打次数',
  nth: '第 {n} 次',
  otherNumbers: '其他号码',
  earlier: '此前的拨打',
  more: '展开全部',
  less: '收起',
  moreColumns: '展开其余 {n} 项',
  gone: '名单中已没有这位客户。',
}
