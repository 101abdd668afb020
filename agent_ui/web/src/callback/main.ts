// Starts the page on which customers ask to be called back: no login, and nothing of the program that has one.
import './callback.css'
import { createApp } from 'vue'
import CallbackApp from './CallbackApp.vue'
import { words } from './words'

createApp(CallbackApp).use(words).mount('#callback')
