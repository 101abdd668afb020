// Starts the wallboard: a page without login, softphone and menu; all it may do is read the stream of its link.
import './wallboard.css'
import { createApp } from 'vue'
import WallboardApp from './WallboardApp.vue'
import { words } from './words'

createApp(WallboardApp).use(words).mount('#wallboard')
