// Operations of connectors as steps of their own: offered in the palette like any kind, and asked for input field by field, as their
// JSON Schema says. A field holds a value or a template; the whole input may be one template as well.
import type { Language } from '@qingniao/shared/api';
import type { OperationView } from '@qingniao/shared/connectors';
import type { Json, JsonObject, Kind, Schema, Starts } from './document';

/** A page in a browser takes longer than an API. */
const TIMEOUT_MS = 10_000;
const ROBOT_TIMEOUT_MS = 60_000;

export interface OfferedConnector {
  name: string;
  title: string;
  operations: readonly OperationView[];
}

const titleOf = (operation: OperationView, language: Language): string => (language === 'en' ? operation.title.en || operation.title.zh : operation.title.zh || operation.title.en) || operation.name;

/** One kind for each operation: the step that calls it, with what it begins with. */
export function operationKinds(connect: Kind, connector: OfferedConnector, language: Language): Kind[] {
  return connector.operations.map((operation) => {
    const title = titleOf(operation, language);
    const starts: Starts = {
      title,
      settings: { connector: connector.name, operation: operation.name, input: {}, ...(operation.safe ? { reads: true } : {}) },
      timeout_ms: operation.method === 'ROBOT' ? ROBOT_TIMEOUT_MS : TIMEOUT_MS,
    };
    const about = [connector.title || connector.name, operation.description].filter(Boolean).join(' · ');
    return { ...connect, zh: operation.title.zh || title, en: operation.title.en || title, zh_about: about, en_about: about, starts };
  });
}

/** Tells offered steps apart, also those of one kind. */
export const keyOf = (kind: Kind): string => (kind.starts ? `${kind.name} ${JSON.stringify(kind.starts.settings)}` : kind.name);

/** For carrying a step from the palette to the drawing. */
export const toDrag = (kind: Kind): string => (kind.starts ? JSON.stringify({ kind: kind.name, starts: kind.starts }) : kind.name);

export function fromDrag(kinds: ReadonlyMap<string, Kind>, text: string): Kind | undefined {
  if (!text.startsWith('{')) return kinds.get(text);
  try {
    const carried = JSON.parse(text) as { kind: string; starts: Starts };
    const kind = kinds.get(carried.kind);
    return kind && { ...kind, starts: carried.starts };
  } catch {
    return undefined;
  }
}

export interface InputField {
  name: string;
  title: string;
  hint: string;
  required: boolean;
  is: 'text' | 'number' | 'choice' | 'json';
  /** Of a choice. */
  choices: readonly Json[];
}

/** What must be given comes first. */
export function inputFields(schema: Schema, language: Language): InputField[] {
  const fields = Object.entries(schema.properties ?? {}).map(([name, of]): InputField => {
    const words = of['x-qn'];
    const title = (words && (language === 'en' ? words.en || words.zh : words.zh || words.en)) || name;
    return { name, title, hint: of.description ?? '', required: schema.required?.includes(name) ?? false, ...controlOf(of) };
  });
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

function controlOf(schema: Schema): Pick<InputField, 'is' | 'choices'> {
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null');
  const choices = (schema.enum ?? (types[0] === 'boolean' ? [true, false] : [])).filter((one) => one !== null);
  if (choices.length > 0) return { is: 'choice', choices };
  const numbers = types.length > 0 && types.every((type) => type === 'number' || type === 'integer');
  const structured = types.some((type) => type === 'object' || type === 'array');
  return { is: numbers ? 'number' : structured ? 'json' : 'text', choices: [] };
}

export const isTemplate = (value: Json | undefined): boolean => typeof value === 'string' && value.includes('{{');

export const shownOf = (value: Json | undefined): string => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** What a text means in this field; a number stays a text until it is one. */
export function typedIn(field: InputField, text: string): Json | undefined {
  if (text === '') return undefined;
  const number = Number(text);
  return field.is === 'number' && text.trim() !== '' && !isTemplate(text) && Number.isFinite(number) ? number : text;
}

/** It is no value of this field, and no template that may give one. */
export const isWrong = (field: InputField, value: Json | undefined): boolean => field.is === 'number' && value !== undefined && value !== null && typeof value !== 'number' && !isTemplate(value);

/** Whether an input can be shown field by field: it is an object of fields that the operation knows. */
export function fitsForm(fields: readonly InputField[], input: Json | undefined): boolean {
  if (input === undefined || input === null || input === '') return true;
  return typeof input === 'object' && !Array.isArray(input) && Object.keys(input).every((name) => fields.some((field) => field.name === name));
}

export function withField(input: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _old, ...rest } = input;
  return value === undefined ? rest : { ...input, [name]: value };
}
