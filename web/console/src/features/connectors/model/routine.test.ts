import { expect, test } from 'vitest';
import { inputFor, inputsOf, insertStep, missing, moveStep, newRoutine, schemaOf, stepsFor, turnInto, unknownNames, type Step } from './routine';

const element = (kind: string) => ({ at: '#a', kind, label: '单号', x: 0, y: 0, width: 10, height: 10, options: ['甲'] });

test('a step keeps what both kinds have when it becomes another', () => {
  const fill: Step = { do: 'fill', at: '#a', value: '1' };
  expect(turnInto(fill, 'choose')).toEqual({ do: 'choose', at: '#a', value: '1' });
  expect(turnInto(fill, 'read')).toEqual({ do: 'read', at: '#a', save: '' });
  expect([missing(fill), missing(turnInto(fill, 'read')), missing({ do: 'open', url: ' ' })]).toEqual([[], ['save'], ['url']]);
});

test('steps are moved and put in without losing one', () => {
  const steps: Step[] = ['#1', '#2', '#3'].map((at) => ({ do: 'click', at }));
  expect(moveStep(steps, 0, 2).map((step) => step.at)).toEqual(['#2', '#3', '#1']);
  expect(moveStep(steps, 0, -1)).toEqual(steps);
  expect(insertStep(steps, 1, { do: 'wait', at: '#x' }).map((step) => step.at)).toEqual(['#1', '#x', '#2', '#3']);
});

test('what is on a page offers what can be done with it, the likeliest first', () => {
  expect(stepsFor(element('field'), [])[0]).toEqual({ do: 'fill', at: '#a', value: '' });
  expect(stepsFor(element('secret'), []).map((step) => step.do)).toEqual(['fill_secret', 'wait']);
  expect(stepsFor(element('list'), [])[0]).toEqual({ do: 'choose', at: '#a', value: '甲' });
  expect(stepsFor(element('table'), ['value_2'])[0]).toEqual({ do: 'table', at: '#a', save: 'value_3' });
  expect(stepsFor(element('link'), []).map((step) => step.do)).toContain('download');
});

test('inputs are rows of a form and a schema, and names that are no input are told', () => {
  const rows = [{ name: 'id', title: '单号', type: 'string', required: true }] as const;
  const routine = { ...newRoutine('note'), input: schemaOf(rows), steps: [{ do: 'open', url: '/order/{id}' }, { do: 'fill', at: '#n', value: '{txt} {key}' }] as Step[] };
  expect(inputsOf(routine.input)).toEqual(rows);
  expect(unknownNames(routine)).toEqual(['txt']);
  expect(inputFor(routine, { id: '1', gone: '2' })).toEqual({ id: '1' });
});
