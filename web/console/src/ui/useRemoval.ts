// Rows that can be deleted: when one is, the keyboard goes on at the row that took its place, else at the one before, else where one is added.
import { useEffect, useId, useRef } from 'react';

export interface Removal {
  /** For the button of each row that deletes it. */
  button: Record<string, string>;
  /** For what adds a row, or says that there is none. */
  add: Record<string, string>;
  /** Deletes the row of this index by `act`. */
  remove: (index: number, act: () => void) => void;
}

/** Lists may stand in rows of other lists: each knows its own buttons by a mark. */
export function useRemoval(): Removal {
  const mark = useId();
  const left = useRef<{ index: number; count: number } | null>(null);
  // After every render: the row goes when whoever keeps the list has taken it out, which may be later.
  useEffect(() => {
    const now = buttonsOf(mark);
    if (left.current === null || now.length >= left.current.count) return;
    const { index } = left.current;
    left.current = null;
    const focused = document.activeElement;
    const isLost = focused === null || focused === document.body || now.some((button) => button === focused);
    if (isLost) (nearest(now, index) ?? document.querySelector<HTMLElement>(`[data-adds="${mark}"]`))?.focus();
  });
  return {
    button: { 'data-removes': mark },
    add: { 'data-adds': mark },
    remove: (index, act) => {
      left.current = { index, count: buttonsOf(mark).length };
      act();
    },
  };
}

const buttonsOf = (mark: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-removes="${mark}"]`)];

/** The button at the index, else one before it; those that are switched off are no place for the keyboard. */
function nearest(buttons: readonly HTMLElement[], index: number): HTMLElement | undefined {
  return buttons.slice(0, index + 1).filter((button) => !button.matches(':disabled')).at(-1);
}
