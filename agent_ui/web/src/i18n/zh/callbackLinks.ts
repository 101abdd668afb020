// 回电预约链接（管理员页面）。
export const callbackLinks = {
  add: '新建链接',
  hint: '客户打开链接（也可由您制成二维码），留下号码即可排队，无需在电话里等候。所属技能组须已开启“排队回电”。',
  empty: '还没有链接',
  emptyHint: '客户通过链接页面预约回电；可放在网站、邮件或宣传品上。',
  name: '名称',
  nameHelp: '客户会在页面标题处看到。',
  queue: '技能组',
  notOffered: '该技能组未开启“排队回电”，请在其设置中开启。',
  address: '地址',
  origins: '使用自有表单的网站',
  originsHelp: '仅当您的网站通过 API 提交预约时填写其来源，例如 https://www.example.com；否则留空。',
  abroad: '也接受境外号码',
  made: '{who}，{when}',
  revoked: '{who} 于 {when} 撤销',
  restore: '重新开放',
  taken: '“{name}”已撤销。已承诺的回电仍会进行。',
}
