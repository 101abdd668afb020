// Builds the browser app into ../static, which the wheel carries; `npm run dev` proxies to a running Callroom.
import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'

const backend = process.env.CALLROOM_URL ?? 'http://127.0.0.1:8700'
// changeOrigin stays off: the server compares Origin with Host.
const proxy = { target: backend, changeOrigin: false }

export default defineConfig({
  base: '/',
  plugins: [
    vue(),
    // The style sheet of Element Plus is imported once as a whole, so that no message or dialog is ever unstyled.
    Components({ dts: false, dirs: [], resolvers: [ElementPlusResolver({ importStyle: false })] }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: true, // Element Plus has components in the options style
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_FULL_INSTALL__: true,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __INTLIFY_JIT_COMPILATION__: true, // messages become functions without eval: the page's CSP forbids it
    __INTLIFY_DROP_MESSAGE_COMPILER__: false,
  },
  build: {
    outDir: '../static',
    emptyOutDir: true,
    target: 'es2022',
    // Wallboard and callback form are pages of their own: no login, no telephone, nothing of the program that has both.
    rolldownOptions: { input: ['index.html', 'wallboard.html', 'callback.html'] },
    // The polyfill is an inline script in some set-ups; every browser with WebRTC and Web Locks has modulepreload.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: 5173,
    proxy: {
      '/api': proxy,
      '/cti': { ...proxy, ws: true },
      '/sip': { ...proxy, ws: true },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node', isolate: false, setupFiles: ['src/testing/anew.ts'] },
})
