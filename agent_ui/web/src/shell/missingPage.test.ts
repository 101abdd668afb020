import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { missingPage, watchForMissingPages } from './missingPage'

const page = { template: '' }
const place = { hash: '', reload: vi.fn() }
let isThere = false
let router: Router

beforeEach(async () => {
  vi.stubGlobal('location', Object.assign(place, { hash: '' }))
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  isThere = false
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/login', component: page, meta: { public: true } },
      { path: '/floor', component: page },
      { path: '/reports', component: () => (isThere ? Promise.resolve(page) : Promise.reject(new TypeError('Failed to fetch dynamically imported module'))) },
    ],
  })
  watchForMissingPages(router)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  place.reload.mockReset()
})

it('is told, and no more once a page has come', async () => {
  await router.push('/floor')
  await router.push('/reports?by=day').catch(() => undefined)
  expect([missingPage.value, place.reload.mock.calls.length]).toEqual(['/reports?by=day', 0])
  isThere = true
  await router.push('/reports')
  expect(missingPage.value).toBeNull()
})

it('is loaded anew by itself from the sign-in', async () => {
  await router.push('/login')
  await router.push('/reports').catch(() => undefined)
  expect([place.hash, place.reload.mock.calls.length, missingPage.value]).toEqual(['/reports', 1, null])
})
