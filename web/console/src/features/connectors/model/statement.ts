// A database's statement as it is edited: what it names, and whether it is sound enough to be saved. The server reads it strictly.
import type { SqlStatement } from '@qingniao/shared/connectors';
import type { Schema } from '../../flows/model/document';

export const newStatement = (name: string): SqlStatement => ({
  name,
  title: { zh: '', en: '' },
  sql: '',
  input: { type: 'object', properties: {} },
  access: 'read',
  repeatable: false,
});

export function freshName(statements: readonly SqlStatement[]): string {
  for (let n = statements.length + 1; ; n += 1) if (!statements.some((one) => one.name === `query_${n}`)) return `query_${n}`;
}

export const schemaOf = (statement: SqlStatement): Schema => statement.input as Schema;

const knownOf = (statement: SqlStatement): string[] => Object.keys(schemaOf(statement).properties ?? {});

/** `:name` outside of quotes; `::` is a cast. */
export function namesIn(sql: string): string[] {
  const outside = sql.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, ' ').replace(/::/g, ' ');
  return [...new Set([...outside.matchAll(/:([\p{L}_][\p{L}\p{N}_]*)/gu)].map((match) => match[1] ?? ''))];
}

export const unknownNames = (statement: SqlStatement): string[] => namesIn(statement.sql).filter((name) => !knownOf(statement).includes(name));

export const unusedNames = (statement: SqlStatement): string[] => knownOf(statement).filter((name) => !namesIn(statement.sql).includes(name));

/** The statement with an input for every name it uses. */
export function withInputs(statement: SqlStatement): SqlStatement {
  const schema = schemaOf(statement);
  const added = unknownNames(statement);
  const properties = { ...schema.properties, ...Object.fromEntries(added.map((name) => [name, { type: 'string' }])) };
  return { ...statement, input: { ...schema, properties, required: [...(schema.required ?? []), ...added] } };
}

export function isSound(statements: readonly SqlStatement[]): boolean {
  const names = new Set(statements.map((one) => one.name));
  const whole = statements.every((one) => /^[A-Za-z0-9_-]{1,60}$/.test(one.name) && one.sql.trim() !== '' && unknownNames(one).length === 0 && unusedNames(one).length === 0);
  return whole && names.size === statements.length;
}
