// What a form tells a flow, and the choices of a question as people type them.
import type { Choice } from './document';

/** As expressions name it. */
export const FORM_NAMES = [
  { text: 'context.event.by', zh: '填表人编号，外部填写为空', en: 'Id of the colleague who filled it in, if one did' },
  { text: 'context.event.by_name', zh: '填表人姓名，外部填写为空', en: 'Name of the colleague who filled it in, if one did' },
  { text: 'context.event.language', zh: '填表时的语言', en: 'Language it was filled in' },
] as const;

/** One a line: the value, then what people read in Chinese and in English. */
export function choicesOf(text: string): Choice[] {
  const lines = text.split('\n').map((line) => line.split(/[|｜]/).map((part) => part.trim()));
  return lines.filter(([value]) => value).map(([value = '', zh = '', en = '']) => ({ value, ...(zh ? { zh } : {}), ...(en ? { en } : {}) }));
}

export function linesOf(choices: readonly Choice[]): string {
  return choices.map(({ value, zh = '', en = '' }) => (en ? `${value} | ${zh} | ${en}` : zh ? `${value} | ${zh}` : value)).join('\n');
}
