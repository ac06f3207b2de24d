// Default values of variables as people type them. What is typed may not be a value yet; it is kept beside the document, never in it.
import type { FlowDocument, Json, Variable, VariableType } from './document';

export interface Typed {
  text: string;
  /** The default that stood in the document when this was typed, or came of it. */
  value: Json;
}

export type TypedValues = Readonly<Record<string, Typed>>;

export const printValue = (value: Json): string => (value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** Undefined while it is not a value of the type yet; null is none. */
export function parseValue(text: string, type: VariableType): Json | undefined {
  if (text.trim() === '') return null;
  if (type === 'text' || type === 'time') return text;
  if (type === 'number' || type === 'integer') {
    const number = Number(text);
    return !Number.isFinite(number) || (type === 'integer' && !Number.isInteger(number)) ? undefined : number;
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    return type === 'any' ? text : undefined;
  }
}

/** What the field shows: what was typed, unless the value has changed since. */
export function shownText(variable: Variable, typed: Typed | undefined): string {
  const value = printValue(variable.default ?? null);
  return typed && printValue(typed.value) === value ? typed.text : value;
}

/** Whether the field shows something that is not the variable's value: nothing where there is one, or not of its type. */
export function isUnsound(variable: Variable, typed: Typed | undefined): boolean {
  const parsed = parseValue(shownText(variable, typed), variable.type);
  return parsed === undefined || (parsed === null && printValue(variable.default ?? null) !== '');
}

export const unsoundValues = (document: FlowDocument, typed: TypedValues): string[] => (document.variables ?? []).filter((one) => isUnsound(one, typed[one.name])).map((one) => one.name);
