// Documents that become articles: uploads that are looked through, and places documents are fetched from. Names as in the OpenAPI document.
import type { Language } from './api.ts';
import type { ArticleScope, ArticleView } from './settings.ts';

export type ImportState = 'ready' | 'failed' | 'applied' | 'discarded';
export type ImportChange = 'added' | 'updated' | 'unchanged' | 'kept' | 'waiting' | 'archived';
export type SourceKind = 'urls' | 'folder';

/** Why a document could not be read, in both languages. */
export interface UnreadView {
  code: string;
  zh: string;
  en: string;
}

export type ImportCountsView = Record<ImportChange, number>;

export interface KnowledgeImportView {
  id: string;
  name: string;
  size_bytes: number;
  language: Language;
  category: string;
  state: ImportState;
  problem: UnreadView | null;
  sections: number;
  /** The same bytes under the same name were taken over before. */
  same_as_before: boolean;
  counts: ImportCountsView | null;
  created_by: string;
  created_at: number;
  ended_at: number | null;
}

export interface ImportSectionView {
  article_id: string;
  change: ImportChange;
  title: string;
  category: string;
  questions: string[];
  body: string;
  /** What the article says now. */
  body_before: string | null;
  scope: ArticleScope;
}

export interface ImportPreview {
  counts: ImportCountsView;
  items: ImportSectionView[];
  next_cursor: string | null;
}

export interface FailedDocumentView {
  name: string;
  problem: UnreadView;
}

export interface SyncReportView {
  started_at: number;
  ended_at: number;
  documents: number;
  unchanged: number;
  removed: number;
  counts: ImportCountsView;
  failed: FailedDocumentView[];
  problem: UnreadView | null;
}

export interface KnowledgeSourceView {
  id: string;
  name: string;
  kind: SourceKind;
  places: string[];
  interval_minutes: number;
  /** Null: each document's own words decide. */
  language: Language | null;
  category: string;
  publish: boolean;
  enabled: boolean;
  report: SyncReportView | null;
  due_at: number;
  version: number;
  created_by: string;
  created_at: number;
}

export type ConflictKind = 'duplicate' | 'contradiction';
export type ClashKind = 'figure' | 'denial';

/** Two sentences that cannot both be right. */
export interface ClashView {
  kind: ClashKind;
  a: string;
  b: string;
}

/** Two articles an editor should look at side by side. */
export interface ArticleConflictView {
  key: string;
  kind: ConflictKind;
  /** 0 to 1. */
  alike: number;
  a: ArticleView;
  b: ArticleView;
  clashes: ClashView[];
}

export interface SourceFolders {
  enabled: boolean;
  own: string;
}
