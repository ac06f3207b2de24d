// The shapes of ties between conversations. `conformance.ts` proves that they fit the OpenAPI document.
import type { ConversationView, MessageView } from './api.ts';

/** One tie, standing or undone. */
export interface TieView {
  id: string;
  /** `link`; `merge`: `from` is a part of `to`; `split`: messages of `from` are worked on in `to`. */
  kind: string;
  from: string;
  to: string;
  /** Of a split: the `seq` of the messages that were chosen. */
  seqs: number[];
  made_by: string;
  made_name: string;
  at: number;
  undone_by: string | null;
  undone_at: number | null;
}

export interface TiesView {
  /** Oldest first, undone ones too. */
  ties: TieView[];
  conversations: ConversationView[];
  borrowed: MessageView[];
}
