// Builds the loader, the app and the demo page into web/dist under stable names. No hashes: the files are committed.
import { build } from 'esbuild';
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from './catalogue.mjs';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(here, '..', 'dist');
const widget = join(dist, 'widget');
const demo = join(dist, 'demo');
const shop = join(here, '..', 'demo', 'src');

for (const folder of [widget, demo]) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

const common = { bundle: true, minify: true, charset: 'utf8', legalComments: 'none', logLevel: 'warning', target: ['es2018', 'chrome66'] };
await Promise.all([
  build({ ...common, entryPoints: [join(here, 'src/loader/loader.ts')], outfile: join(widget, 'loader.js'), format: 'iife' }),
  build({ ...common, entryPoints: [join(here, 'src/frame/main.tsx')], outfile: join(widget, 'frame.js'), format: 'iife', jsx: 'automatic', jsxImportSource: 'preact' }),
  build({ ...common, entryPoints: [join(here, 'src/frame/frame.css')], outfile: join(widget, 'frame.css'), target: ['chrome88', 'safari14'] }),
  cp(join(here, 'src/frame/frame.html'), join(widget, 'frame.html')),
  build({ ...common, entryPoints: [join(shop, 'main.js')], outfile: join(demo, 'demo.js'), format: 'iife', target: 'es2020', plugins: [catalogue(join(here, '../../server/demo/products.yaml'))] }),
  build({ ...common, entryPoints: [join(shop, 'demo.css')], outfile: join(demo, 'demo.css'), target: ['chrome88', 'safari14'] }),
  cp(join(shop, 'index.html'), join(demo, 'index.html')),
]);
