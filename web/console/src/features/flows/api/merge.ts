// Two drawings put together by the server: what both changed differently is for a person to choose.
import type { FlowConflict, FlowSide } from '@qingniao/shared/flow';
import { api, path } from '../../../api';
import { tidyDocument, type FlowDocument } from '../model/document';

export interface Merged {
  document: FlowDocument;
  conflicts: FlowConflict[];
}

export interface Sides {
  base: FlowDocument;
  mine: FlowDocument;
  theirs: FlowDocument;
}

export type Choices = Readonly<Record<string, FlowSide>>;

export async function mergeDocuments(id: string, sides: Sides, chosen: Choices): Promise<Merged> {
  const merged = await api.post<Merged>(path('/flows/{}/merge', id), { ...sides, chosen });
  return { ...merged, document: tidyDocument(merged.document) };
}
