// Tells a person who looks elsewhere that it rings: desktop notification and flashing tab title.

export class Alerts {
  private notification: Notification | null = null
  private timer: ReturnType<typeof setInterval> | null = null
  private title = ''

  /** Must come from a click. */
  async askPermission(): Promise<void> {
    if ('Notification' in window && Notification.permission === 'default') await Notification.requestPermission()
  }

  show(title: string, body: string): void {
    this.clear()
    this.title = document.title
    let flash = false
    this.timer = setInterval(() => {
      flash = !flash
      document.title = flash ? `☎ ${title}` : this.title
    }, 900)
    document.title = `☎ ${title}`
    if (!document.hidden && document.hasFocus()) return
    if (!('Notification' in window) || Notification.permission !== 'granted') return
    try {
      this.notification = new Notification(title, { body, tag: 'callroom-ring', requireInteraction: true, silent: true })
      this.notification.onclick = () => {
        window.focus()
        this.notification?.close()
      }
    } catch {
      this.notification = null // some systems allow notifications only from a service worker
    }
  }

  clear(): void {
    this.notification?.close()
    this.notification = null
    if (!this.timer) return
    clearInterval(this.timer)
    this.timer = null
    document.title = this.title
  }
}
