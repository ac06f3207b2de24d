// Fails when what a site or a visitor downloads has grown over its budget (gzip, bytes).
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'widget');
const budgets = [
  { name: 'loader', files: ['loader.js'], most: 3 * 1024 },
  { name: 'app', files: ['frame.html', 'frame.js', 'frame.css'], most: 40 * 1024 },
];

for (const { name, files, most } of budgets) {
  let sum = 0;
  for (const file of files) sum += gzipSync(await readFile(join(dist, file)), { level: 9 }).length;
  process.stdout.write(`${name}: ${sum} of ${most} bytes compressed\n`);
  if (sum > most) process.exitCode = 1;
}
