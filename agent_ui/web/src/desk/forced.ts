// What a supervisor did to this agent's state stays in their view: it is told when it happens, and not at each reload.

const TOLD = 'callroom.forced-told'
/** A page that was reloading meanwhile still tells. */
const NEWS_MS = 60_000

/** Asked once for each act: from then on it has been told here. */
export function isNews(at: string, now_ms: number): boolean {
  if (sessionStorage.getItem(TOLD) === at || now_ms - Date.parse(at) > NEWS_MS) return false
  sessionStorage.setItem(TOLD, at)
  return true
}
