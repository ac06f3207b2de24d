// TypeScript types from docs/openapi.json into shared/src/schema.ts (committed). `--check` only says whether they are up to date.
// shared/src/conformance.ts then proves that the names the console uses still fit.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = join(import.meta.dirname, '../../docs/openapi.json');
const TARGET = join(import.meta.dirname, '../shared/src/schema.ts');
const { schemas } = JSON.parse(readFileSync(DOCUMENT, 'utf8')).components;

const nameOf = (ref) => ref.split('/').pop();
const quote = (value) => `'${String(value).replaceAll("'", "\\'")}'`;

function scalar(type) {
  if (type === 'integer' || type === 'number') return 'number';
  return { string: 'string', boolean: 'boolean', null: 'null' }[type] ?? 'unknown';
}

function array(schema) {
  if (schema.prefixItems) return `[${schema.prefixItems.map((item) => typeOf(item, '')).join(', ')}]`;
  const item = schema.items ? typeOf(schema.items, '') : 'unknown';
  return /[|&{]/.test(item) ? `(${item})[]` : `${item}[]`;
}

function object(schema, indent) {
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length === 0) return 'Record<string, unknown>';
  const required = new Set(schema.required ?? []);
  const inner = `${indent}  `;
  const lines = entries.map(([name, value]) => `${inner}${name}${required.has(name) ? '' : '?'}: ${typeOf(value, inner)};`);
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function typeOf(schema, indent) {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.enum) return schema.enum.map((value) => (value === null ? 'null' : quote(value))).join(' | ');
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches) return branches.map((branch) => typeOf(branch, indent)).join(' | ');
  if (schema.allOf) return schema.allOf.map((part) => typeOf(part, indent)).join(' & ');
  const types = [schema.type].flat().filter(Boolean);
  if (types.length === 0) return 'unknown';
  return types
    .map((type) => (type === 'array' ? array(schema) : type === 'object' ? object(schema, indent) : scalar(type)))
    .join(' | ');
}

function declaration([name, schema]) {
  const about = schema.description ? `/** ${schema.description.replaceAll('*/', '').replace(/\s*\n\s*/g, ' ')} */\n` : '';
  return `${about}export type ${name} = ${typeOf(schema, '')};\n`;
}

const head = '// Made from docs/openapi.json by `npm run codegen`; never edited by hand.\n\n';
const text = head + Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)).map(declaration).join('\n');

if (process.argv.includes('--check')) {
  let before = '';
  try {
    before = readFileSync(TARGET, 'utf8');
  } catch {
    // Not made yet: differs.
  }
  if (before !== text) {
    process.stderr.write('shared/src/schema.ts differs from docs/openapi.json: run `npm run codegen` in web/\n');
    process.exit(1);
  }
} else {
  writeFileSync(TARGET, text);
}
