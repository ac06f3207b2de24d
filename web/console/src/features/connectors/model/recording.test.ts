import { expect, test } from 'vitest';
import { ask, deed, deedOf, drawFrom, follow, instead, isPlain, pathOf, recorded, standing, undone, type Placed } from './recording';
import { moveStep, newRoutine, stepsFor, type Routine, type Step } from './routine';

const element = (kind: string) => ({ at: '#a', kind, label: '备注', x: 0, y: 0, width: 10, height: 10, options: ['甲', '乙'] });
const routine: Routine = { ...newRoutine('note'), input: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } };

test('buttons and links are pressed at once, all else is asked about', () => {
  expect(['button', 'link', 'field', 'secret', 'list', 'table', 'text'].filter((kind) => isPlain(element(kind)))).toEqual(['button', 'link']);
  expect(ask(element('field'), []).step).toEqual({ do: 'fill', at: '#a', value: '' });
  expect(deed(ask(element('field'), []), routine)).toBeNull();
  expect(deed(ask(element('list'), []), routine)?.step).toEqual({ do: 'choose', at: '#a', value: '甲' });
  expect(deed(ask(element('table'), []), routine)?.step).toEqual({ do: 'table', at: '#a', save: 'value_1' });
});

test('what is typed becomes the step, or the value of an input that the step names', () => {
  const asked = ask(element('field'), []);
  const typed = { ...asked, step: { ...asked.step, value: '外包装破损' } };
  expect(deed(typed, routine)).toEqual({ step: { do: 'fill', at: '#a', value: '外包装破损' }, input: {}, made: null });
  const made = deed({ ...typed, source: 'new', name: 'text' }, routine);
  expect(made).toEqual({ step: { do: 'fill', at: '#a', value: '{text}' }, input: { text: '外包装破损' }, made: 'text' });
  expect(recorded(routine, made!).input).toEqual({ type: 'object', properties: { id: { type: 'integer' }, text: { type: 'string' } }, required: ['id', 'text'] });
  for (const name of ['', 'id', 'key', '备注']) expect(deed({ ...typed, source: 'new', name }, routine)).toBeNull();
});

test('an input that is there brings what it was given before, as its type wants it', () => {
  const asked = drawFrom(ask(element('field'), []), 'input:id', { id: 1002 });
  expect(deed(asked, routine)).toEqual({ step: { do: 'fill', at: '#a', value: '{id}' }, input: { id: 1002 }, made: null });
  expect(deed({ ...asked, step: { ...asked.step, value: 'x' } }, routine)).toBeNull();
  expect(deed({ ...asked, source: 'input:gone' }, routine)).toBeNull();
});

test('another kind of step keeps what was filled in, and words from inputs only where there are words', () => {
  const asked = { ...ask(element('field'), []), source: 'new' as const, name: 'text' };
  const secret = stepsFor(element('field'), []).find((step) => step.do === 'fill_secret');
  expect(instead(asked, secret!)).toMatchObject({ step: { do: 'fill_secret', at: '#a', secret: '' }, source: 'text' });
  const read = ask(element('text'), ['value_1']);
  expect(instead({ ...read, step: { ...read.step, save: 'notes' } }, { do: 'table', at: '#a', save: 'value_2' }).step).toEqual({ do: 'table', at: '#a', save: 'notes' });
});

test('addresses below the robot are paths', () => {
  const base = 'http://127.0.0.1:9100/app';
  expect(pathOf(' http://127.0.0.1:9100/legacy?a=1#b ', base)).toBe('/legacy?a=1#b');
  expect(pathOf('http://127.0.0.1:9100/legacy/order/{id}', base)).toBe('/legacy/order/{id}');
  expect([pathOf('/legacy/order/{id}', base), pathOf('http://127.0.0.1:9100', base)]).toEqual(['/legacy/order/{id}', '/']);
  expect(pathOf('https://example.com/x', base)).toBe('https://example.com/x');
});

const click = (at: string): Step => ({ do: 'click', at });
const placed = (step: Step, at: number, made: string | null = null): Placed => ({ step, input: {}, made, at });

test('a step is added behind the others and taken back again, never the only one', () => {
  const longer = recorded(routine, deedOf(click('#ok')));
  expect(longer.steps.map((step) => step.do)).toEqual(['open', 'click']);
  expect(undone(longer, placed(click('#ok'), 1))).toEqual(routine);
  expect(undone(routine, placed(routine.steps[0]!, 0))).toBe(routine);
});

test('an input that was made with a step goes with it, unless another step names it', () => {
  const fill: Step = { do: 'fill', at: '#note', value: '{text}' };
  const made = recorded(routine, { step: fill, input: { text: '少一件' }, made: 'text' });
  expect(undone(made, placed(fill, 1, 'text'))).toEqual(routine);
  const named = recorded(made, deedOf({ do: 'expect', at: '#notes', contains: '备注 {text}' }));
  expect(undone(named, placed(fill, 1, 'text'))).toEqual({ ...named, steps: [named.steps[0], named.steps[2]] });
  const bare = { ...newRoutine('bare'), input: { type: 'object', properties: {} } };
  expect(undone(recorded(bare, { step: fill, input: {}, made: 'text' }), placed(fill, 1, 'text'))).toEqual(bare);
});

test('what is taken back is what was recorded last, whatever was done to the list by hand', () => {
  const steps: Step[] = [click('#a'), click('#b'), click('#c'), click('#d')];
  const done = [placed(steps[1]!, 1), placed(steps[2]!, 2), placed(steps[3]!, 3)];
  const after = (changed: Step[]) => standing(follow(done, steps, changed), changed).map((one) => [one.step.at, one.at]);
  expect(after(steps.slice(0, 3))).toEqual([['#b', 1], ['#c', 2]]);
  expect(after(steps.filter((_, at) => at !== 1))).toEqual([['#c', 1], ['#d', 2]]);
  expect(after(moveStep(steps, 3, 0))).toEqual([['#b', 2], ['#c', 3], ['#d', 0]]);
  expect(after([...steps.slice(0, 3), click('#e')])).toEqual([['#b', 1], ['#c', 2], ['#e', 3]]);
  // Saved, the same list comes back anew; with changes dropped it is another one.
  expect(standing(done, steps.map((step) => ({ ...step })))).toEqual(done);
  expect(standing(done, [click('#a'), click('#x')])).toEqual([]);
});
