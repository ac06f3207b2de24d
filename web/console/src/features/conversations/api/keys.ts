// Names of what this feature keeps in the query cache.
import type { ListQuery } from '../model/buckets';

export const keys = {
  everything: ['conversations'] as const,
  lists: ['conversations', 'list'] as const,
  list: (query: ListQuery) => ['conversations', 'list', query] as const,
  offers: ['conversations', 'offers'] as const,
  mentions: ['mentions'] as const,
  viewCounts: ['views', 'counts'] as const,
  counts: ['conversations', 'counts'] as const,
  one: (id: string) => ['conversations', 'one', id] as const,
  thread: (id: string) => ['conversations', 'thread', id] as const,
  ties: (id: string) => ['conversations', 'ties', id] as const,
  assignments: (id: string) => ['conversations', 'assignments', id] as const,
  ofContact: (contactId: string) => ['conversations', 'of-contact', contactId] as const,
};
