// One act on many conversations. Exported again by api.ts.

import type { Priority } from './api.ts';

export type BulkAction =
  | { do: 'claim' | 'resolve' | 'reopen' | 'pend' | 'wake' | 'return_to_bot' }
  | { do: 'snooze'; until: number }
  | { do: 'to_agent'; agent_id: string }
  | { do: 'to_team'; team_id: string }
  | { do: 'change_labels'; add: string[]; remove: string[] }
  | { do: 'set_priority'; priority: Priority }
  | { do: 'canned'; id: string };

export interface BulkDone {
  id: string;
  /** What takes it back; null where nothing would. */
  undo: BulkAction | null;
}

export interface BulkRefused {
  id: string;
  code: string;
  detail: string;
}

export interface BulkResult {
  done: BulkDone[];
  refused: BulkRefused[];
}
