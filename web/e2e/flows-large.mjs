// A drawing of a thousand steps of several kinds, for what must stay quick however much is drawn.

/** What the steps of the large drawing are, in turn; `ways` are the ports they lead on through, and how many steps on. */
const MIX = [
  { kind: 'say', settings: (n) => ({ text: `第 ${n} 句` }), ways: { next: 1 } },
  { kind: 'set', settings: () => ({ set: [{ variable: 'count', value: 'count + 1' }] }), ways: { next: 1 } },
  { kind: 'wait', settings: () => ({ for_ms: 60_000 }), ways: { next: 1 } },
  { kind: 'choose', settings: () => ({ when: 'count > 3' }), ways: { yes: 1, no: 2 } },
  { kind: 'note', settings: (n) => ({ text: `备注 ${n}：{{ count }}` }), ways: { next: 1 } },
  { kind: 'ask', settings: (n) => ({ text: `第 ${n} 问`, save: 'said' }), ways: { next: 1, unclear: 1, error: 1 }, more: { timeout_ms: 600_000 } },
];

/** start, 998 steps of several kinds in rows of forty, end. */
export function large(name) {
  const ids = Array.from({ length: 1_000 }, (_, n) => `n${n}`);
  const step = (n) => MIX[n % MIX.length];
  const node = (id, n) => ({ id, title: `步骤 ${n}`, kind: step(n).kind, settings: step(n).settings(n), ...step(n).more });
  const ways = (n) => Object.entries(step(n).ways).map(([port, on]) => ({ from: `n${n}`, port, to: `n${n + on}` }));
  return {
    format: 1,
    id: 'large',
    name,
    variables: [
      { name: 'count', type: 'integer', default: 0 },
      { name: 'said', type: 'text', default: '' },
    ],
    nodes: ids.map((id, n) => (n === 0 ? { id, kind: 'start', settings: {} } : n === 999 ? { id, kind: 'end', settings: {} } : node(id, n))),
    edges: [{ from: 'n0', to: 'n1' }, ...ids.slice(1, 999).flatMap((_, n) => ways(n + 1))],
    layout: Object.fromEntries(ids.map((id, n) => [id, { x: (n % 40) * 330, y: Math.floor(n / 40) * 140 }])),
  };
}
