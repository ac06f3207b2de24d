// Orders about many flow runs at once. Names as in the OpenAPI document; times are epoch milliseconds.

import type { FlowRunState } from './flow.ts';

export type FlowRunsAction = 'cancel' | 'retry' | 'pause' | 'resume';

/** As the list of runs takes it; what is absent does not matter. */
export interface FlowRunsFilter {
  flow?: string;
  state?: FlowRunState;
  conversation?: string;
  since?: number;
  dead?: boolean;
  stuck?: boolean;
  q?: string;
}

/** What came of an order about many runs. */
export interface FlowRunsActed {
  /** At most 500. */
  matched: number;
  done: number;
  /** Why others were not changed; the first 50. */
  refused: { id: string; code: string; detail: string }[];
  /** More fit than are acted on at once. */
  more: boolean;
}
