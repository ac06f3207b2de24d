// Beneath an expression while it is written: what it gives for the last sample, a simulated run or else the newest real one.
import { useQuery } from '@tanstack/react-query';
import type { ExpressionPreview, FlowRunDetail, FlowRunView } from '@qingniao/shared/flow';
import type { Page } from '@qingniao/shared/api';
import { api, path } from '../../../../api';
import { useT } from '../../../../i18n';
import { useDebounced } from '../../../../ui';
import type { JsonObject } from '../../model/document';
import { sampleOf, type Past } from '../../model/sample';
import { editorMessages } from '../../messages/editor';
import { useDocument, useSample } from '../editor/context';
import styles from './ExpressionInput.module.css';

const LONGEST = 240;

/** Of a flow that never ran there is none. */
async function newestRun(flowId: string): Promise<Past | null> {
  const page = await api.get<Page<FlowRunView>>('/runs', { flow: flowId, limit: 1 });
  const run = page.items[0];
  if (!run) return null;
  const detail = await api.get<FlowRunDetail>(path('/runs/{}', run.id));
  return { input: detail.input as JsonObject, context: detail.context as JsonObject, steps: detail.steps };
}

export function Preview({ text, kind }: { text: string; kind: 'expression' | 'template' }) {
  const t = useT(editorMessages);
  const document = useDocument();
  const simulated = useSample();
  const rested = useDebounced(text, 350);
  const newest = useQuery({ queryKey: ['runs', 'sample', document.id], queryFn: () => newestRun(document.id), enabled: simulated === null, staleTime: 60_000, retry: false });
  const past = simulated ?? newest.data ?? null;
  const values = sampleOf(document, past);
  const isTemplate = kind === 'template';
  const worth = rested.trim() !== '' && (!isTemplate || rested.includes('{{'));
  const given = useQuery({
    queryKey: ['flow-preview', kind, rested, values],
    queryFn: ({ signal }) => api.post<ExpressionPreview>('/flow-expressions/preview', { text: rested, kind, values }, { signal }),
    enabled: worth && (simulated !== null || !newest.isPending),
    gcTime: 30_000,
    staleTime: Infinity,
    retry: false,
  });
  if (!worth || !given.data) return null;
  const { ok, value, error, missing } = given.data;
  const source = t(simulated ? 'sampleSimulated' : past ? 'sampleRun' : 'sampleDefaults');
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <p className={styles.preview} role="status">
      <small>{source}</small>
      {ok ? <output>{shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown}</output> : <span className={styles.previewError}>{missing.length > 0 ? t('sampleMissing', { names: missing.join(', ') }) : error}</span>}
    </p>
  );
}
