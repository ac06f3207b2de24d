// What was live when, what each version changed, and the way back.
import { useMemo, useState } from 'react';
import type { FlowReleaseKind, FlowVersionView, FlowView } from '@qingniao/shared/flow';
import { usePageTitle } from '../../app/title';
import { useHasRole } from '../../app/session';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, EmptyState, ErrorNote, Field, Loading, Page, Select, TextInput, cx, toast, type Tone } from '../../ui';
import { useFlow, useFlowAct, useKinds, useReleases, useVersion, useVersions } from './api/queries';
import type { FlowDocument, Kind } from './model/document';
import { drawnDiff } from './model/drawn-diff';
import { withLayout } from './model/layout';
import { changeMessages } from './messages/changes';
import { useNames } from './ui/list/use-names';
import { DiffView } from './ui/changes/DiffView';
import { Coming } from './ui/publish/Coming';
import { FlowCanvas } from './ui/canvas/FlowCanvas';
import styles from './ui/publish/Publish.module.css';

export default function VersionsPage({ params }: { params: Record<string, string> }) {
  const t = useT(changeMessages);
  const id = params.id ?? '';
  const flow = useFlow(id);
  const versions = useVersions(id);
  usePageTitle(t('versions'));
  const error = flow.error ?? versions.error;
  return (
    <Page title={flow.data ? t('versionsOf', { name: flow.data.name }) : t('versions')} back={{ to: `/flows/${id}`, label: t('backToFlow') }} width="full">
      {error && <ErrorNote error={error} onRetry={() => void versions.refetch()} />}
      {!error && (!flow.data || !versions.data) && <Loading />}
      {flow.data && (
        <div className={styles.above}>
          <Coming flow={flow.data} />
        </div>
      )}
      {flow.data && versions.data?.length === 0 && <EmptyState icon="history" title={t('noVersions')} text={t('noVersionsText')} />}
      {flow.data && versions.data && versions.data.length > 0 && <Versions flow={flow.data} versions={[...versions.data].sort((a, b) => b.number - a.number)} />}
    </Page>
  );
}

function Versions({ flow, versions }: { flow: FlowView; versions: readonly FlowVersionView[] }) {
  const t = useT(changeMessages);
  const { formatDateTime } = useFormat();
  const names = useNames();
  const [chosen, setChosen] = useState(versions[0]?.hash ?? '');
  const version = versions.find((one) => one.hash === chosen) ?? versions[0];
  return (
    <div className={styles.panes}>
      <div className={styles.history}>
        <ul className={styles.list} aria-label={t('versions')}>
          {versions.map((one) => (
            <li key={one.hash}>
              <button type="button" aria-pressed={one.hash === version?.hash} className={cx(styles.item, one.hash === version?.hash && styles.chosen)} onClick={() => setChosen(one.hash)}>
                <span className={styles.line}>
                  {t('versionNumber', { n: one.number })}
                  {flow.live?.hash === one.hash && <Badge tone="success">{t('isLive')}</Badge>}
                  {flow.canary?.hash === one.hash && <Badge tone="info">{t('release_canary')}</Badge>}
                  {flow.plan?.hash === one.hash && <Badge tone="warning">{t('release_plan')}</Badge>}
                </span>
                <span className={styles.note}>{one.note}</span>
                <span className={styles.meta}>
                  {names(one.published_by)} · {formatDateTime(one.published_at)}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <History flowId={flow.id} />
      </div>
      {version && <Detail key={version.hash} flow={flow} version={version} versions={versions} />}
    </div>
  );
}

const RELEASE_TONES: Record<FlowReleaseKind, Tone> = {
  publish: 'success',
  rollback: 'warning',
  enable: 'success',
  disable: 'neutral',
  plan: 'info',
  unplan: 'neutral',
  plan_failed: 'danger',
  canary: 'info',
  promote: 'success',
  withdraw: 'neutral',
};

/** Every time another version went live or the flow was switched, newest first, with the word said for it. */
function History({ flowId }: { flowId: string }) {
  const t = useT(changeMessages);
  const { formatDateTime } = useFormat();
  const names = useNames();
  const releases = useReleases(flowId);
  const rows = [...(releases.data ?? [])].sort((a, b) => b.at - a.at);
  if (releases.error) return <ErrorNote error={releases.error} onRetry={() => void releases.refetch()} />;
  if (rows.length === 0) return null;
  return (
    <section>
      <h2 className={styles.heading}>{t('history')}</h2>
      <ol className={styles.list} aria-label={t('history')}>
        {rows.map((one) => (
          <li key={`${one.at} ${one.kind}`} className={styles.release}>
            <span className={styles.line}>
              <Badge tone={RELEASE_TONES[one.kind]}>{t(`release_${one.kind}`)}</Badge>
              {one.number !== null && t('versionNumber', { n: one.number })}
            </span>
            {one.note && <span className={styles.note}>{one.note}</span>}
            <span className={styles.meta}>
              {names(one.taken_by)} · {formatDateTime(one.at)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Detail({ flow, version, versions }: { flow: FlowView; version: FlowVersionView; versions: readonly FlowVersionView[] }) {
  const t = useT(changeMessages);
  const mayEdit = useHasRole('supervisor');
  const others = versions.filter((one) => one.hash !== version.hash);
  const previous = others.find((one) => one.number < version.number) ?? others[0];
  const [against, setAgainst] = useState(previous?.hash ?? '');
  const shown = useVersion(flow.id, version.hash);
  const other = useVersion(flow.id, against || null);
  const [asking, setAsking] = useState(false);
  return (
    <div className={styles.detail}>
      <div className={styles.tools}>
        {others.length > 0 && (
          <span className={styles.compare}>
            <Select label={t('compareWith')} value={against} onChange={setAgainst} options={others.map((one) => ({ value: one.hash, label: t('comparedWith', { n: one.number }), hint: one.note }))} />
          </span>
        )}
        {mayEdit && flow.live?.hash !== version.hash && (
          <Button icon="undo" onClick={() => setAsking(true)}>
            {t('rollBackTo', { n: version.number })}
          </Button>
        )}
      </div>
      {shown.error && <ErrorNote error={shown.error} />}
      {shown.isPending && <Loading />}
      {shown.data && <Drawing document={shown.data.document} before={other.data?.document} />}
      {shown.data && other.data && <DiffView before={other.data.document} after={shown.data.document} />}
      {asking && <RollBack flow={flow} version={version} onClose={() => setAsking(false)} />}
    </div>
  );
}

interface DrawingProps {
  document: FlowDocument;
  /** What it is compared with. */
  before: FlowDocument | undefined;
}

function Drawing(props: DrawingProps) {
  const kinds = useKinds();
  const map = useMemo(() => new Map(kinds.data?.map((kind) => [kind.name, kind])), [kinds.data]);
  return map.size > 0 && <Drawn {...props} kinds={map} />;
}

function Drawn({ document, before, kinds }: DrawingProps & { kinds: ReadonlyMap<string, Kind> }) {
  const t = useT(changeMessages);
  const [selection, setSelection] = useState<readonly string[]>([]);
  const drawn = useMemo(() => {
    const after = withLayout(document, kinds);
    return before ? drawnDiff(withLayout(before, kinds), after) : { document: after, became: null };
  }, [document, before, kinds]);
  return (
    <div className={styles.canvas}>
      <FlowCanvas document={drawn.document} kinds={kinds} selection={selection} onSelect={setSelection} became={drawn.became} label={t('drawing')} />
    </div>
  );
}

function RollBack({ flow, version, onClose }: { flow: FlowView; version: FlowVersionView; onClose: () => void }) {
  const t = useT(changeMessages);
  const act = useFlowAct();
  const [note, setNote] = useState(t('rollBackNote', { n: version.number }));
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('rollBackTitle', { n: version.number })}
      text={
        <>
          <p>{t('rollBackText')}</p>
          <Field label={t('note')}>{(control) => <TextInput {...control} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
        </>
      }
      action={t('rollBackTo', { n: version.number })}
      danger={false}
      onConfirm={async () => {
        await act.mutateAsync({ id: flow.id, act: 'rollback', body: { number: version.number, note: note.trim() } });
        toast.success(t('rolledBack', { n: version.number }));
      }}
    />
  );
}
