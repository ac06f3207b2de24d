// Flows as files.
import type { FlowDocument } from '../../model/document';

export function download(document: FlowDocument) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(document, null, 2)], { type: 'application/json' }));
  const link = window.document.createElement('a');
  link.href = url;
  link.download = `${document.id}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

/** Throws when the file is not a flow. */
export async function readFlowFile(file: File): Promise<FlowDocument> {
  const value = JSON.parse(await file.text()) as Partial<FlowDocument>;
  if (typeof value.id !== 'string' || !Array.isArray(value.nodes)) throw new Error(file.name);
  return { format: 1, name: value.id, edges: [], ...value } as FlowDocument;
}
