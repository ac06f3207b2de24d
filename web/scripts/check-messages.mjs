// Every message key is used somewhere, and both languages fill in the same parameters. (That both have the same keys is a
// type error otherwise.) Keys put together at run time, like `decision_${name}`, count by their fixed beginning; a file called
// `trace-messages.ts` names what the server's traces hold, so its keys are never in our code.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const SRC = join(import.meta.dirname, '../console/src');
const SHARED = join(import.meta.dirname, '../shared/src');

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** The two object literals of `defineMessages(zh, en)`, read as text: our message files hold nothing but string literals. */
function parse(text) {
  const blocks = text.slice(text.indexOf('defineMessages(')).split(/\n {2}\},?\n {2}\{/);
  return blocks.map((block) => {
    const entries = [...block.matchAll(/^ {4}(\w+): ?([\s\S]*?),?(?=\n {4}\w+:|\n {2}\}|$(?![\s\S]))/gm)];
    return new Map(entries.map(([, key, value]) => [key, value]));
  });
}

const params = (value = '') => [...new Set([...value.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort().join();

// The kinds and states of the API are keys as well: `t(effect.kind)`.
const files = [...walk(SRC), ...walk(SHARED)]
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const isWords = ({ text }) => /defineMessages\(\n/.test(text);
const code = files.filter((one) => !isWords(one)).map((one) => one.text).join('\n');
const words = new Set([...code.matchAll(/['"`](\w+)['"`]|\b(\w+):/g)].map((match) => match[1] ?? match[2]));
const beginnings = [...code.matchAll(/`([A-Za-z]+_?)\$\{/g)].map((match) => match[1]);

const faults = [];
for (const { file, text } of files.filter(isWords)) {
  const [zh, en] = parse(text);
  const where = relative(SRC, file);
  for (const [key, value] of zh) {
    if (!file.endsWith('trace-messages.ts') && !words.has(key) && !beginnings.some((start) => key.startsWith(start))) faults.push(`${where}: ${key} is used nowhere`);
    if (params(value) !== params(en?.get(key))) faults.push(`${where}: ${key} has other parameters in English`);
  }
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(`messages: ${faults.length} faults\n`);
process.exit(faults.length > 0 ? 1 : 0);
