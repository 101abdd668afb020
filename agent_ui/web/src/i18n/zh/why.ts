// 按钮或麦克风不可用的原因。
export const why = {
  offline: '暂时无法连接 Callroom，恢复后即可使用。',
  refused: '不能呼叫您的话机：{reason}。',
  elsewhere: '您使用的是其他话机，请在该话机上接听。',
  otherTab: '软电话在另一个标签页或窗口中，请在那里操作或接管到此处。',
  phone: '软电话正在连接。',
  isReady: '您已示闲。',
  inCall: '请先结束通话。',
  unchanged: '没有改动。',
  empty: '请先填写内容。',
}

export const microphone = {
  unknown: '正在检查麦克风',
  ask: '浏览器会询问一次权限。',
  granted: '已允许使用麦克风。',
  denied: '麦克风被阻止。请点击地址栏左侧图标，允许麦克风后刷新页面。',
  missing: '未找到麦克风。请插入耳机后重试。',
  busy: '麦克风被其他程序占用。请关闭后重试。',
  insecure: '浏览器仅允许 https 页面使用麦克风。请用 https 打开，或在本机用 127.0.0.1 打开。',
}
