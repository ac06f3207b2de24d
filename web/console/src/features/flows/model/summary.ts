// One line below a box's name: what it says, asks, checks or calls.
import type { FlowNode, Json } from './document';

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const texts = (value: Json | undefined): string => (Array.isArray(value) ? value.filter((one) => typeof one === 'string').join(' / ') : '');

export function summaryOf(node: FlowNode): string {
  const s = node.settings ?? {};
  switch (node.kind) {
    case 'start':
      return texts(s.phrases) || texts(s.intents) || text(s.cron) || (s.trigger === 'form' ? text(s.form_title) : '') || (s.trigger === 'alarm' ? [text(s.alarm), texts(s.labels)].filter(Boolean).join(' · ') : '');
    case 'choose':
      return text(s.when);
    case 'call':
      return `${text(s.method) || 'GET'} ${text(s.url)}`.trim();
    case 'connect':
      return [text(s.connector), text(s.operation)].filter(Boolean).join(' · ');
    case 'approval':
      return text(s.title);
    case 'set':
      return Array.isArray(s.set) ? s.set.map((one) => (one && typeof one === 'object' && !Array.isArray(one) ? text(one.variable) : '')).join('、') : '';
    case 'label':
      return [texts(s.add), texts(s.remove)].filter(Boolean).join(' − ');
    case 'loop':
      return text(s.each) || text(s.while);
    case 'end':
      return text(s.failed);
    default:
      return text(s.text) || text(s.question) || text(s.note) || text(s.signal) || text(s.event) || text(s.until) || '';
  }
}
