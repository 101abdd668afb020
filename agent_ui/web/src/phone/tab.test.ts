import { describe, expect, it } from 'vitest'
import { ActiveTab, type Locks, type TabRole } from './tab'

/** Web Locks for one name, as the standard has them: queue, ifAvailable, steal. */
class FakeLocks implements Locks {
  private holder: { reject: (error: Error) => void } | null = null
  private waiting: (() => void)[] = []

  request(_name: string, options: LockOptions, hold: (lock: unknown) => Promise<void> | void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const take = (): void => {
        const mine = { reject }
        this.holder = mine
        void Promise.resolve(hold({})).then((value) => {
          if (this.holder === mine) this.free()
          resolve(value)
        })
      }
      if (options.steal) {
        const old = this.holder
        take()
        old?.reject(new Error('stolen'))
      } else if (!this.holder) take()
      else if (options.ifAvailable) resolve(hold(null))
      else this.waiting.push(take)
    })
  }

  private free(): void {
    this.holder = null
    this.waiting.shift()?.()
  }
}

function tab(locks: Locks): { tab: ActiveTab; roles: TabRole[] } {
  const roles: TabRole[] = []
  return { tab: new ActiveTab(locks, (role) => roles.push(role)), roles }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

describe('the active tab', () => {
  it('is the first one; the next waits and follows when it closes', async () => {
    const locks = new FakeLocks()
    const first = tab(locks)
    const second = tab(locks)
    void first.tab.start()
    await settle()
    void second.tab.start()
    await settle()
    expect(first.roles).toEqual(['active'])
    expect(second.roles).toEqual(['passive'])
    first.tab.stop()
    await settle()
    expect(second.roles).toEqual(['passive', 'active'])
  })

  it('can be taken over, and comes back when the taker closes', async () => {
    const locks = new FakeLocks()
    const first = tab(locks)
    const second = tab(locks)
    void first.tab.start()
    await settle()
    void second.tab.start()
    await settle()
    second.tab.takeOver()
    await settle()
    expect(second.roles).toEqual(['passive', 'active'])
    expect(first.roles).toEqual(['active', 'passive'])
    second.tab.stop()
    await settle()
    expect(first.roles).toEqual(['active', 'passive', 'active'])
  })

  it('does not hold a lock that it got after it was stopped', async () => {
    const locks = new FakeLocks()
    const first = tab(locks)
    const second = tab(locks)
    const third = tab(locks)
    void first.tab.start()
    await settle()
    void second.tab.start()
    await settle()
    void third.tab.start()
    await settle()
    second.tab.stop()
    first.tab.stop()
    await settle()
    expect(second.roles).toEqual(['passive'])
    expect(third.roles).toEqual(['passive', 'active'])
  })
})
