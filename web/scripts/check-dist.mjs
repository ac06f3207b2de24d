// Looks at the built console: nothing inline (strict CSP) and the first load within its budget. Run after `npm run build`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = join(import.meta.dirname, '../dist/console');
const FIRST_JS_KIB_MAX = 235;
const FIRST_CSS_KIB_MAX = 25;

const html = readFileSync(join(DIST, 'index.html'), 'utf8');
const faults = [];

if (/<script(?![^>]*\ssrc=)[^>]*>/i.test(html)) faults.push('index.html has an inline script');
if (/<style|\sstyle=|\son[a-z]+=/i.test(html)) faults.push('index.html has an inline style or handler');

function sizeKib(pattern) {
  const paths = [...html.matchAll(pattern)].map((match) => match[1]);
  const bytes = paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(DIST, path))).length, 0);
  return bytes / 1024;
}

const js = sizeKib(/(?:src|href)="(\/assets\/[^"]+\.js)"/g);
const css = sizeKib(/href="(\/assets\/[^"]+\.css)"/g);
if (js > FIRST_JS_KIB_MAX) faults.push(`first load is ${js.toFixed(0)} KiB of script, at most ${FIRST_JS_KIB_MAX}`);
if (css > FIRST_CSS_KIB_MAX) faults.push(`first load is ${css.toFixed(0)} KiB of style, at most ${FIRST_CSS_KIB_MAX}`);

process.stdout.write(`console first load: ${js.toFixed(1)} KiB script, ${css.toFixed(1)} KiB style (gzip)\n`);
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exit(faults.length > 0 ? 1 : 0);
