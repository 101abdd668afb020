// Which page is where, and who may open it; every page is its own chunk.
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import { session, restoreSession, type Role } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Absent: everyone who is signed in. */
    roles?: readonly Role[]
    /** Key of the page's name, for the tab title. */
    title?: string
    public?: boolean
  }
}

const ADMIN: readonly Role[] = ['admin']
const LEADERS: readonly Role[] = ['admin', 'supervisor']

function admin(path: string, name: string, component: RouteRecordRaw['component']): RouteRecordRaw {
  return { path: `/admin/${path}`, name, component, meta: { roles: ADMIN, title: `nav.${name}` } } as RouteRecordRaw
}

const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('./pages/login/LoginPage.vue'), meta: { public: true, title: 'nav.login' } },
  { path: '/', redirect: () => ({ name: homeOf(session.user?.role) }) },
  { path: '/workspace', name: 'workspace', component: () => import('./pages/workspace/WorkspacePage.vue'), meta: { roles: ['agent'], title: 'nav.workspace' } },
  { path: '/floor', name: 'floor', component: () => import('./pages/floor/FloorPage.vue'), meta: { roles: LEADERS, title: 'nav.floor' } },
  { path: '/reports', name: 'reports', component: () => import('./pages/reports/ReportsPage.vue'), meta: { roles: LEADERS, title: 'nav.reports' } },
  { path: '/calls', name: 'calls', component: () => import('./pages/calls/CallLogPage.vue'), meta: { title: 'nav.calls' } },
  { path: '/calls/:id', name: 'call', component: () => import('./pages/calls/CallPage.vue'), props: true, meta: { title: 'nav.calls' } },
  { path: '/customers', name: 'customers', component: () => import('./pages/customers/CustomersPage.vue'), meta: { title: 'nav.customers' } },
  { path: '/customers/import', name: 'import', component: () => import('./pages/customers/ImportPage.vue'), meta: { roles: LEADERS, title: 'nav.import' } },
  { path: '/customers/:id', name: 'customer', component: () => import('./pages/customers/CustomerPage.vue'), props: true, meta: { title: 'nav.customers' } },
  { path: '/voicemails', name: 'voicemails', component: () => import('./pages/voicemails/VoicemailsPage.vue'), meta: { title: 'nav.voicemails' } },
  { path: '/tasks', name: 'tasks', component: () => import('./pages/tasks/TasksPage.vue'), meta: { title: 'nav.tasks' } },
  { path: '/campaigns', name: 'campaigns', component: () => import('./pages/campaigns/CampaignsPage.vue'), meta: { roles: LEADERS, title: 'nav.campaigns' } },
  { path: '/campaigns/report', name: 'campaignReport', component: () => import('./pages/campaigns/CampaignReportPage.vue'), meta: { roles: LEADERS, title: 'nav.campaignReport' } },
  { path: '/campaigns/staffing', name: 'staffing', component: () => import('./pages/campaigns/StaffingPage.vue'), meta: { roles: LEADERS, title: 'nav.staffing' } },
  { path: '/campaigns/announcements', name: 'announcements', component: () => import('./pages/announcements/AnnouncementsPage.vue'), meta: { roles: LEADERS, title: 'nav.announcements' } },
  { path: '/campaigns/:id', name: 'campaign', component: () => import('./pages/campaigns/CampaignPage.vue'), props: true, meta: { roles: LEADERS, title: 'nav.campaigns' } },
  { path: '/do-not-call', name: 'doNotCall', component: () => import('./pages/doNotCall/DoNotCallPage.vue'), meta: { roles: LEADERS, title: 'nav.doNotCall' } },
  admin('users', 'users', () => import('./pages/admin/UsersPage.vue')),
  admin('queues', 'queues', () => import('./pages/admin/QueuesPage.vue')),
  admin('entry-numbers', 'entryNumbers', () => import('./pages/admin/EntryNumbersPage.vue')),
  { path: '/admin/hours', name: 'hours', component: () => import('./pages/admin/hours/HoursPage.vue'), meta: { roles: LEADERS, title: 'nav.hours' } },
  admin('flows', 'flows', () => import('./pages/admin/FlowsPage.vue')),
  { path: '/admin/flows/:id', name: 'flow', component: () => import('./pages/admin/FlowPage.vue'), props: true, meta: { roles: ADMIN, title: 'nav.flows' } },
  admin('prompts', 'prompts', () => import('./pages/admin/PromptsPage.vue')),
  admin('music', 'music', () => import('./pages/admin/MusicPage.vue')),
  admin('callback-links', 'callbackLinks', () => import('./pages/admin/CallbackLinksPage.vue')),
  admin('dispositions', 'dispositions', () => import('./pages/admin/DispositionsPage.vue')),
  admin('pause-reasons', 'pauseReasons', () => import('./pages/admin/PauseReasonsPage.vue')),
  admin('scripts', 'scripts', () => import('./pages/admin/ScriptsPage.vue')),
  admin('articles', 'articles', () => import('./pages/admin/ArticlesPage.vue')),
  admin('tags', 'tags', () => import('./pages/admin/TagsPage.vue')),
  admin('dialing', 'dialRules', () => import('./pages/admin/DialRulesPage.vue')),
  admin('numbers', 'numbers', () => import('./pages/admin/NumbersPage.vue')),
  admin('supervision', 'supervision', () => import('./pages/admin/SupervisionPage.vue')),
  admin('health', 'health', () => import('./pages/admin/HealthPage.vue')),
  admin('audit', 'audit', () => import('./pages/admin/AuditPage.vue')),
  { path: '/:rest(.*)*', redirect: '/' },
]

/** The page that a role starts with. */
export function homeOf(role: Role | undefined): string {
  return role === 'agent' || role === undefined ? 'workspace' : 'floor'
}

export const router = createRouter({ history: createWebHashHistory(), routes })

router.beforeEach(async (to) => {
  // Not reached: the sign-in page says so, and goes on by itself.
  if (session.state === 'unknown') await restoreSession().catch(() => undefined)
  if (to.meta.public) return true
  if (!session.user) return { name: 'login', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  // Who leads has a workspace while they have taken a seat, as after taking a call over.
  const isSeated = to.name === 'workspace' && session.seated
  if (to.meta.roles && !to.meta.roles.includes(session.user.role) && !isSeated) return { name: homeOf(session.user.role) }
  return true
})
