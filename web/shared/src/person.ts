// One customer over several contacts: links that say so, and who else it may be. As `api-types/src/person.rs` has it.
import type { ContactView } from './api.ts';

export type Grade = 'inferred' | 'claimed' | 'channel' | 'verified';

export interface ContactLinkView {
  id: string;
  a: string;
  b: string;
  state: string;
  grade: Grade;
  reason: string;
  evidence: Record<string, never>;
  made_by?: string | null;
  at: number;
  undone_by?: string | null;
  undone_at?: number | null;
}

export interface MatchWeight {
  field: string;
  level: string;
  bits: number;
}

export interface PersonSuggestion {
  contact: ContactView;
  probability: number;
  weights: MatchWeight[];
}

export interface PersonView {
  id: string;
  contacts: ContactView[];
  links: ContactLinkView[];
  suggestions: PersonSuggestion[];
}

/** What a contact agreed to, or took back. */
export interface ConsentView {
  /** `device`: that agents are shown who else wrote from the same device. */
  purpose: string;
  given: boolean;
  inbox_id: string;
  /** What the site calls the notice that they were shown; may be empty. */
  notice: string;
  at: number;
}

/** From which likelihood on (0 to 1) contacts are suggested as one person, or linked; null: never. */
export interface LinkPolicyView {
  suggest: number | null;
  link: number | null;
  /** 0: nothing was changed yet. */
  version: number;
}

/** What likeness of two contacts proves, usually and at this company. As `api-types/src/match_weights.rs` has it. */
export interface MatchWeightsView {
  /** Whether what the company's own contacts taught counts, once there is any. */
  used: boolean;
  learnt: LearntView | null;
  /** Of the company now. */
  contacts: number;
  /** With fewer nothing is learnt. */
  contacts_min: number;
  levels: LevelView[];
}

export interface LearntView {
  at: number;
  contacts: number;
  pairs: number;
  same: number;
}

export interface LevelView {
  field: string;
  level: string;
  usual: number;
  own: number | null;
  pairs: number | null;
}
