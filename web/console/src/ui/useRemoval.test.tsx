import { act, useState } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useRemoval } from './useRemoval';

let root: Root;

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  root = createRoot(document.body.appendChild(document.createElement('div')));
});

afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
});

interface ListProps {
  names: string[];
  /** The last row cannot be deleted. */
  keepsOne?: boolean;
  inner?: string[];
}

function List({ names, keepsOne = false, inner }: ListProps) {
  const [rows, setRows] = useState(names);
  const removal = useRemoval();
  return (
    <>
      {rows.map((name, index) => (
        <div key={name}>
          {inner && <List names={inner} />}
          <button {...removal.button} disabled={keepsOne && rows.length === 1} onClick={() => removal.remove(index, () => setRows(rows.filter((_, at) => at !== index)))}>
            {name}
          </button>
        </div>
      ))}
      <button {...removal.add}>add</button>
    </>
  );
}

const show = (props: ListProps) => act(async () => root.render(<List {...props} />));
const at = () => document.activeElement?.textContent;

/** With the keyboard on it, as a person does. */
async function press(name: string) {
  const button = [...document.querySelectorAll('button')].find((one) => one.textContent === name);
  button?.focus();
  await act(async () => button?.click());
}

test('the keyboard goes on at the next row, else at the one before, else where one is added', async () => {
  await show({ names: ['a', 'b', 'c'] });
  await press('b');
  expect(at()).toBe('c');
  await press('c');
  expect(at()).toBe('a');
  await press('a');
  expect(at()).toBe('add');
});

test('a button that is switched off is no place for the keyboard', async () => {
  await show({ names: ['a', 'b'], keepsOne: true });
  await press('a');
  expect(at()).toBe('add');
});

test('a list in a row has its own buttons', async () => {
  await show({ names: ['a', 'b'], inner: ['x', 'y'] });
  await press('b');
  expect(at()).toBe('a');
  await press('y');
  expect(at()).toBe('x');
});

test('who went on elsewhere is left there', async () => {
  await show({ names: ['a', 'b'] });
  const field = document.body.appendChild(document.createElement('input'));
  const button = document.querySelector('button');
  field.focus();
  await act(async () => button?.click());
  expect(document.activeElement).toBe(field);
});
