// Flows as text, read and written by the server: JSON, YAML, Serverless Workflow.
import type { FlowProblem } from '@qingniao/shared/flow';
import { language } from '../../../i18n/language';
import { tidyDocument, type FlowDocument } from '../model/document';

export type TextFormat = 'json' | 'yaml' | 'serverless';

/** What cannot be read or written, by place. */
export class TextProblems extends Error {
  constructor(
    message: string,
    readonly problems: readonly FlowProblem[],
  ) {
    super(message);
  }
}

interface Refusal {
  detail?: string;
  problems?: FlowProblem[];
  errors?: { field: string; message: string }[];
}

/** These answers are text, or carry problems by place: more than the JSON client keeps. */
async function ask(url: string, body?: unknown): Promise<Response> {
  const headers = { 'Accept-Language': language(), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
  const answer = await fetch(`/api/v1${url}`, { method: body === undefined ? 'GET' : 'POST', headers, credentials: 'same-origin', ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (answer.ok) return answer;
  const refusal = (await answer.json().catch(() => ({}))) as Refusal;
  const words = [refusal.detail ?? answer.statusText, ...(refusal.errors ?? []).map((one) => one.message)].join(' ');
  throw new TextProblems(words, refusal.problems ?? []);
}

export async function readText(text: string): Promise<FlowDocument> {
  const answer = await ask('/flow-documents/read', { text });
  const { document } = (await answer.json()) as { document: FlowDocument };
  return tidyDocument({ ...document, edges: document.edges ?? [] });
}

/** Saves the flow as a file. `version` is `draft`, `live`, a number or a hash. */
export async function exportFlow(id: string, version: string, format: TextFormat) {
  const answer = await ask(`/flows/${encodeURIComponent(id)}/export?version=${encodeURIComponent(version)}&format=${format}`);
  const url = URL.createObjectURL(await answer.blob());
  const link = window.document.createElement('a');
  link.href = url;
  link.download = `${id}.${format === 'json' ? 'json' : format === 'yaml' ? 'yaml' : 'workflow.yaml'}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
