// What an expression or a template may name: the flow's variables, what every flow reads, and CEL's functions. For the picker
// and for suggestions while typing.
import { ALARM_NAMES, triggerOf } from './alarm';
import type { FlowDocument } from './document';
import { FORM_NAMES } from './forms';

export interface Name {
  /** As it is written. */
  text: string;
  zh: string;
  en: string;
}

const BUILT_IN: readonly Name[] = [
  { text: 'context.contact.id', zh: '客户编号', en: 'Contact id' },
  { text: 'context.contact.name', zh: '客户姓名', en: 'Contact name' },
  { text: 'context.contact.email', zh: '客户邮箱', en: 'Contact email' },
  { text: 'context.contact.phone', zh: '客户电话', en: 'Contact phone' },
  { text: 'context.contact.attributes', zh: '客户属性', en: 'Contact attributes' },
  { text: 'context.conversation.id', zh: '会话编号', en: 'Conversation id' },
  { text: 'context.conversation.language', zh: '会话语言', en: 'Conversation language' },
  { text: 'context.message.text', zh: '客户的话', en: 'What the customer wrote' },
  { text: 'context.entities', zh: '识别出的信息', en: 'Recognised details' },
  { text: 'context.event', zh: '外部事件或告警的内容', en: 'Body of the webhook, event or alarm' },
  { text: 'context.at', zh: '开始时间', en: 'When it began' },
  { text: 'now', zh: '现在', en: 'Now' },
  { text: 'error.message', zh: '出错原因', en: 'What went wrong' },
  { text: 'error.kind', zh: '出错类型', en: 'Kind of error' },
];

const OF_TRIGGER: Record<string, readonly Name[]> = { alarm: ALARM_NAMES, form: FORM_NAMES };

const FUNCTIONS: readonly Name[] = [
  { text: 'size()', zh: '长度或个数', en: 'Length or count' },
  { text: 'has()', zh: '是否存在', en: 'Is it there' },
  { text: 'contains()', zh: '包含', en: 'Contains' },
  { text: 'startsWith()', zh: '以…开头', en: 'Begins with' },
  { text: 'endsWith()', zh: '以…结尾', en: 'Ends with' },
  { text: 'matches()', zh: '符合正则', en: 'Matches a pattern' },
  { text: 'timestamp()', zh: '转为时间', en: 'As a time' },
  { text: 'duration()', zh: '转为时长', en: 'As a length of time' },
  { text: 'string()', zh: '转为文本', en: 'As text' },
  { text: 'int()', zh: '转为整数', en: 'As a whole number' },
  { text: 'double()', zh: '转为小数', en: 'As a number' },
  { text: 'exists()', zh: '列表中有符合的', en: 'Some of a list' },
  { text: 'filter()', zh: '挑出列表中符合的', en: 'Those of a list' },
  { text: 'map()', zh: '逐项转换', en: 'Each of a list' },
];

export function namesOf(document: FlowDocument, local: readonly string[] = []): Name[] {
  const own = (document.variables ?? []).map((variable) => ({ text: variable.name, zh: '变量', en: 'Variable' }));
  return [...own, ...local.map((text) => ({ text, zh: '此处可用', en: 'Here' })), ...(OF_TRIGGER[triggerOf(document)] ?? []), ...BUILT_IN];
}

export function suggestFor(typed: string, names: readonly Name[], withFunctions: boolean): Name[] {
  if (typed === '') return [];
  const wanted = typed.toLowerCase();
  const all = withFunctions ? [...names, ...FUNCTIONS] : names;
  const hits = all.filter((name) => name.text.toLowerCase().includes(wanted) && name.text !== typed);
  return hits.sort((a, b) => place(a.text, wanted) - place(b.text, wanted)).slice(0, 8);
}

const place = (text: string, wanted: string): number => (text.toLowerCase().startsWith(wanted) ? 0 : 1);

/** The name being written before the caret; in a template only inside braces. */
export function wordAt(text: string, caret: number, isTemplate: boolean): { word: string; from: number } | null {
  const before = text.slice(0, caret);
  if (isTemplate && before.lastIndexOf('{{') <= before.lastIndexOf('}}')) return null;
  const word = /[A-Za-z_][\w.]*$/.exec(before)?.[0] ?? '';
  return word === '' ? null : { word, from: caret - word.length };
}
