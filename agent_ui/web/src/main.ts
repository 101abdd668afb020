// Starts the browser app: styles, words, routes, frame.
import 'element-plus/dist/index.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './theme/tokens.css'
import './theme/page.css'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './i18n'
import { router } from './router'
import { watchForMissingPages } from './shell/missingPage'
import { startTheme } from './theme/theme'

startTheme()
watchForMissingPages(router)
createApp(App).use(i18n).use(router).mount('#app')
