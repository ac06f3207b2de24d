// A small flow and the kinds it is made of, for the tests of this folder.
import type { FlowDocument, Kind, Named } from './document';

const n = (name: string): Named => ({ name, zh: name, en: name });

function kind(name: string, ports: string[], more: Partial<Kind> = {}): Kind {
  return { name, zh: name, en: name, zh_about: '', en_about: '', icon: '', family: n('logic'), ports: ports.map(n), ports_from: null, extra_ports: [], needs_error_edge: false, needs_timeout: false, waits: false, settings: { type: 'object', properties: {} }, ...more };
}

export const KINDS = new Map(
  [
    kind('start', ['next']),
    kind('say', ['next'], { settings: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } }),
    kind('choose', ['yes', 'no']),
    kind('call', ['next'], { needs_error_edge: true, needs_timeout: true, extra_ports: [n('error'), n('timeout'), n('undo')] }),
    kind('switch', ['otherwise'], { ports_from: 'cases[].port' }),
    kind('end', []),
  ].map((one) => [one.name, one]),
);

export const kindOf = (name: string): Kind => {
  const found = KINDS.get(name);
  if (!found) throw new Error(name);
  return found;
};

/** start → check → (yes) pay → done, (no) stop; pay fails to stop. */
export function refund(): FlowDocument {
  return {
    format: 1,
    id: 'refund',
    name: '退款',
    variables: [{ name: 'limit', type: 'number', default: 500 }],
    nodes: [
      { id: 'start', kind: 'start', settings: {} },
      { id: 'check', kind: 'choose', settings: { when: 'amount <= limit' } },
      { id: 'pay', kind: 'call', settings: { url: 'http://x/refunds' }, timeout_ms: 2000 },
      { id: 'done', kind: 'end', settings: {} },
      { id: 'stop', kind: 'end', settings: {} },
    ],
    edges: [
      { from: 'start', to: 'check' },
      { from: 'check', port: 'yes', to: 'pay' },
      { from: 'check', port: 'no', to: 'stop' },
      { from: 'pay', to: 'done' },
      { from: 'pay', port: 'error', to: 'stop' },
    ],
    layout: { start: { x: 0, y: 0 }, check: { x: 320, y: 0 }, pay: { x: 640, y: 0 }, done: { x: 960, y: 0 }, stop: { x: 640, y: 200 } },
  };
}
