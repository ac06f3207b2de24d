import { useState } from 'react';
import type { KnowledgeSourceView, SyncReportView } from '@qingniao/shared/api';
import { useHasRole } from '../../../app/session';
import { useFormat, useLanguage, useT } from '../../../i18n';
import { Badge, Button, ConfirmDialog, EmptyState, ErrorNote, IconButton, Loading, Menu, MenuItem, toast } from '../../../ui';
import { isDue, useDeleteSource, useRunSource, useSources } from '../library-api';
import { libraryMessages } from '../library-messages';
import { SourceDialog } from './SourceDialog';
import styles from './Library.module.css';

/** Places documents are fetched from again and again, and what the last look found. */
export default function SourcesTab() {
  const t = useT(libraryMessages);
  const mayEdit = useHasRole('supervisor');
  const sources = useSources();
  const [editing, setEditing] = useState<KnowledgeSourceView | 'new' | null>(null);
  const newButton = mayEdit && (
    <Button icon="plus" onClick={() => setEditing('new')}>
      {t('newSource')}
    </Button>
  );
  return (
    <div className={styles.tab}>
      <div className={styles.introRow}>
        <p className={styles.intro}>{t('sourcesText')}</p>
        {sources.data && sources.data.length > 0 && newButton}
      </div>
      {sources.isPending && <Loading />}
      {sources.error && <ErrorNote error={sources.error} onRetry={() => void sources.refetch()} />}
      {sources.data?.length === 0 && <EmptyState icon="globe" title={t('noSources')} text={t('noSourcesText')} action={newButton} />}
      <ul className={styles.items}>
        {sources.data?.map((source) => (
          <Source key={source.id} source={source} mayEdit={mayEdit} onEdit={() => setEditing(source)} />
        ))}
      </ul>
      {editing && <SourceDialog source={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </div>
  );
}

interface SourceProps {
  source: KnowledgeSourceView;
  mayEdit: boolean;
  onEdit: () => void;
}

function Source({ source, mayEdit, onEdit }: SourceProps) {
  const t = useT(libraryMessages);
  const run = useRunSource();
  const remove = useDeleteSource();
  const [removing, setRemoving] = useState(false);
  return (
    <li className={styles.source}>
      <div className={styles.sourceHead}>
        <div className={styles.sourceWords}>
          <h3 className={styles.name}>{source.name}</h3>
          <p className={styles.quiet}>
            {source.kind === 'urls' ? t('places', { n: source.places.length }) : `${t('kind_folder')} ${source.places[0] ?? '/'}`} · <Interval minutes={source.interval_minutes} />
          </p>
        </div>
        {!source.enabled && <Badge>{t('off')}</Badge>}
        {mayEdit && (
          <span className={styles.buttons}>
            <Button
              size="sm"
              icon="refresh"
              disabled={!source.enabled}
              busy={run.isPending || isDue(source)}
              onClick={() => run.mutate(source.id, { onError: (error) => toast.error(error.message) })}
            >
              {t('runNow')}
            </Button>
            <Menu trigger={<IconButton icon="more" label={t('more')} plain />}>
              <MenuItem icon="edit" onSelect={onEdit}>
                {t('edit')}
              </MenuItem>
              <MenuItem icon="trash" danger onSelect={() => setRemoving(true)}>
                {t('delete')}
              </MenuItem>
            </Menu>
          </span>
        )}
      </div>
      <Report report={source.report} isRunning={isDue(source)} />
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('deleteTitle', { name: source.name })}
        text={t('deleteText')}
        action={t('delete')}
        onConfirm={async () => {
          await remove.mutateAsync(source);
          toast.success(t('deleted'));
        }}
      />
    </li>
  );
}

function Report({ report, isRunning }: { report: SyncReportView | null; isRunning: boolean }) {
  const t = useT(libraryMessages);
  const ui = useLanguage();
  const { formatRelative } = useFormat();
  if (isRunning) return <p className={styles.quiet}>{t('running')}</p>;
  if (!report) return <p className={styles.quiet}>{t('never')}</p>;
  const words = (problem: { zh: string; en: string }) => (ui === 'en' ? problem.en : problem.zh);
  return (
    <div className={styles.report}>
      <p className={styles.quiet}>
        {t('last')} {formatRelative(report.ended_at, Date.now())} · {t('reportLine', { documents: report.documents, unchanged: report.unchanged })} ·{' '}
        {t('reportChanges', { ...report.counts })}
      </p>
      {report.problem && <p className={styles.problem}>{words(report.problem)}</p>}
      {report.failed.length > 0 && (
        <details className={styles.failures}>
          <summary>{t('reportFailed', { n: report.failed.length })}</summary>
          <ul>
            {report.failed.map((one) => (
              <li key={one.name} className={styles.failure}>
                <span>{one.name}</span>
                <span className={styles.problem}>{words(one.problem)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Interval({ minutes }: { minutes: number }) {
  const t = useT(libraryMessages);
  if (minutes % 1440 === 0) return t('everyDays', { n: minutes / 1440 });
  if (minutes % 60 === 0) return t('everyHours', { n: minutes / 60 });
  return t('every', { n: minutes });
}
