// Words about whether agents see supervisors.
export const sight = {
  intro: '座席是否能看到谁在监听、密语或强插其通话：通话上显示班长姓名，通话记录中也有。班长和管理员始终可见，所有操作均写入审计日志。更改立即生效，已打开的页面也一样。',
  label: '座席可看到谁在监督其通话',
  on: '从班长开始监督起，座席即可看到。',
  off: '座席看不到监督，除非班长强插并说话。',
  fromFile: '此处尚未设置：按 callroom.toml 中 [telephone] agents_see_supervisors 的值。',
}
