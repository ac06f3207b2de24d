// One flow, opened to be drawn. Loads what the editor needs; the editor itself is below.
import { useQuery } from '@tanstack/react-query';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { ErrorNote, Loading, Page } from '../../ui';
import { readDraft, useFlow, useKinds } from './api/queries';
import type { Draft } from './api/types';
import { withLayout } from './model/layout';
import { editorMessages } from './messages/editor';
import { Editor } from './ui/editor/Editor';
import type { Begun } from './ui/editor/use-autosave';
import type { Kind } from './model/document';

export default function EditorPage({ params }: { params: Record<string, string> }) {
  const id = params.id ?? '';
  return <Opened key={id} id={id} />;
}

function Opened({ id }: { id: string }) {
  const t = useT(editorMessages);
  const flow = useFlow(id);
  const kinds = useKinds();
  const draft = useQuery({ queryKey: ['flow-draft', id], queryFn: () => readDraft(id), staleTime: Infinity, gcTime: 0 });
  usePageTitle(flow.data?.name ?? t('pageTitle'));
  const error = flow.error ?? kinds.error ?? draft.error;
  if (error) {
    return (
      <Page title={t('pageTitle')} back={{ to: '/flows', label: t('back') }}>
        <ErrorNote error={error} onRetry={() => void flow.refetch()} />
      </Page>
    );
  }
  if (!flow.data || !kinds.data || !draft.data) return <Loading />;
  const kindMap = new Map(kinds.data.map((kind) => [kind.name, kind]));
  return <Editor key={id} flow={flow.data} kinds={kinds.data} begun={beginFrom(draft.data, kindMap)} />;
}

function beginFrom(draft: Draft, kinds: ReadonlyMap<string, Kind>): Begun {
  return { document: withLayout(draft.document, kinds), revision: draft.revision, baseHash: draft.revision > 0 ? draft.base_hash : draft.live_hash };
}
