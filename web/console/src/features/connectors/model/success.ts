// The sign of success as a form edits it: values as people write them, with commas between several.
import type { Json } from '../../flows/model/document';

export interface SuccessForm {
  at: string;
  equals: string;
  message: string;
}

export function printSuccess(success: Record<string, unknown> | null): SuccessForm | null {
  if (!success) return null;
  const equals = Array.isArray(success.equals) ? success.equals : [];
  return { at: text(success.at), equals: equals.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', '), message: text(success.message) };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function readSuccess(form: SuccessForm | null): Record<string, Json> | null {
  if (!form) return null;
  const equals = form.equals.split(/[,，]/).map((one) => one.trim()).filter(Boolean).map(valueOf);
  return { at: form.at, equals, ...(form.message ? { message: form.message } : {}) };
}

/** Numbers, true, false and null are what they look like; the rest is text. */
function valueOf(word: string): Json {
  try {
    return JSON.parse(word) as Json;
  } catch {
    return word;
  }
}
