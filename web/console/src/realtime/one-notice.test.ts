import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ConversationView } from '@qingniao/shared/api';
import type { Notice } from './apply';
import { OneNotice } from './one-notice';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const of = (kind: 'queued' | 'assigned', id: string): Notice => ({ kind, conversation: { id } as ConversationView });

function line() {
  const shown: string[] = [];
  return { shown, notices: new OneNotice((notice) => shown.push(`${notice.kind} ${notice.conversation.id}`)) };
}

it('says once that a customer who waited is one’s own now', () => {
  const { shown, notices } = line();
  notices.tell(of('queued', 'a'));
  notices.tell(of('queued', 'b'));
  vi.advanceTimersByTime(500);
  notices.tell(of('assigned', 'a'));
  expect(shown).toEqual(['assigned a']);
  vi.advanceTimersByTime(5_000);
  expect(shown).toEqual(['assigned a', 'queued b']);
});

it('says nothing after it was stopped', () => {
  const { shown, notices } = line();
  notices.tell(of('queued', 'a'));
  notices.stop();
  vi.advanceTimersByTime(5_000);
  expect(shown).toEqual([]);
});
