// Builds the agent console into web/dist/console with stable names (the folder is committed) and nothing inline,
// so that it runs under `default-src 'none'; script-src 'self'; style-src 'self'`.
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

// The same on every machine: the hash is of the path inside the project, never of an absolute one.
function scopedName(local: string, file: string): string {
  const path = relative(root, file.split('?')[0] ?? file).replaceAll('\\', '/');
  return `${local}_${createHash('sha256').update(path).digest('hex').slice(0, 5)}`;
}

export default defineConfig({
  root,
  base: '/',
  plugins: [react()],
  css: { modules: { generateScopedName: scopedName } },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: ['chrome109', 'safari15.4', 'firefox115'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
        // Named by what they hold, so that the committed files say so too.
        codeSplitting: {
          groups: [
            { name: 'pinyin', test: /node_modules\/pinyin-pro\// },
            { name: 'charts', test: /node_modules\/(echarts|zrender|tslib)\// },
            // Before the canvas, which would else take React with it.
            { name: 'vendor', test: /node_modules\/(?!(@xyflow|@dagrejs|zustand|classcat|d3-[a-z]+|@base-ui\/react\/(select|switch|checkbox|tabs))\/)/ },
            { name: 'canvas', test: /node_modules\/(@xyflow|@dagrejs|zustand|classcat|d3-[a-z]+)\// },
            // What the first page shares with the others, in one file rather than in seven.
            { name: 'shared', test: /console\/src\/(commands\/(registry|keys)|app\/(messages|preferences|session)|features\/conversations\/(model\/(filter|thread)|api\/keys))\.tsx?$|vite\/preload-helper/ },
            { name: 'ui', test: /(console\/src\/(ui|i18n|api|styles)|shared\/src)\/(?!(Switch|Select|MultiSelect|Tabs)\.)/ },
            // What forms are made of; the first page has none.
            { name: 'forms', test: /node_modules\/@base-ui\/react\/(select|switch|checkbox|tabs)\/|console\/src\/ui\/(Switch|Select|MultiSelect|Tabs)\.(tsx|module\.css)$/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: 'http://127.0.0.1:8080', ws: true },
      '/widget': 'http://127.0.0.1:8080',
    },
  },
});
