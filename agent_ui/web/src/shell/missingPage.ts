// A page whose program does not come: an update has replaced it since this tab was opened, or the server is away.
import { ref } from 'vue'
import type { Router } from 'vue-router'

/** Where somebody wanted to go and did not come; null: nowhere. */
export const missingPage = ref<string | null>(null)

export function loadAnew(path: string): void {
  location.hash = path
  location.reload()
}

export function watchForMissingPages(router: Router): void {
  router.onError((error, to, from) => {
    console.error(error)
    // Before the sign-in there is no talk that could be disturbed, and no frame that could tell it.
    if (from.meta.public) loadAnew(to.fullPath)
    else missingPage.value = to.fullPath
  })
  router.afterEach((_to, _from, failure) => {
    if (!failure) missingPage.value = null
  })
}
