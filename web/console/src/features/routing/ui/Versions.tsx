// Every policy that was published: by whom, when and why; what it says; and the way back into the draft.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, Dialog, EmptyState, ErrorNote, Loading, cx } from '../../../ui';
import { useNames } from '../../flows/ui/list/use-names';
import { routingMessages } from '../messages/page';
import { ROUTING_KEY, type PolicyView } from '../model/views';
import { Summary } from './Summary';
import styles from '../RoutingPage.module.css';

export interface VersionsProps {
  onClose: () => void;
  /** Puts a version's policy into the draft; it is saved there like any change. */
  onTake: (version: PolicyView) => void;
}

export function Versions({ onClose, onTake }: VersionsProps) {
  const t = useT(routingMessages);
  const { formatDateTime } = useFormat();
  const names = useNames();
  const versions = useQuery({ queryKey: [...ROUTING_KEY, 'versions'], queryFn: ({ signal }) => api.get<{ items: PolicyView[] }>('/routing/versions', undefined, signal) });
  const [chosen, setChosen] = useState<number | null>(null);
  const all = versions.data?.items ?? [];
  const live = all[0]?.version;
  const shown = all.find((one) => one.version === chosen) ?? all[0];
  return (
    <Dialog
      open
      onClose={onClose}
      kind="wide"
      title={t('versions')}
      description={t('versionsText')}
      footer={
        <>
          <Button onClick={onClose}>{t('close')}</Button>
          {shown && (
            <Button variant="primary" icon="undo" onClick={() => onTake(shown)}>
              {t('takeVersion', { n: shown.version })}
            </Button>
          )}
        </>
      }
    >
      {versions.isPending && <Loading />}
      {versions.error && <ErrorNote error={versions.error} onRetry={() => void versions.refetch()} />}
      {versions.data && all.length === 0 && <EmptyState icon="history" title={t('noVersions')} />}
      {shown && (
        <div className={styles.versions}>
          <ul className={styles.versionList} aria-label={t('versions')}>
            {all.map((one) => (
              <li key={one.version}>
                <button type="button" aria-pressed={one === shown} className={cx(styles.version, one === shown && styles.chosen)} onClick={() => setChosen(one.version)}>
                  <span className={styles.versionLine}>
                    {t('versionNumber', { n: one.version })}
                    {one.version === live && <Badge tone="success">{t('live')}</Badge>}
                  </span>
                  {one.note && <span>{one.note}</span>}
                  <span className={styles.meta}>
                    {names(one.changed_by)} · {formatDateTime(one.changed_at)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <section className={styles.versionDetail} aria-label={t('versionNumber', { n: shown.version })}>
            <Summary policy={shown.policy} />
            <details>
              <summary>{t('document')}</summary>
              <pre className={cx(styles.document, styles.source)} tabIndex={0}>
                {JSON.stringify(shown.policy, null, 2)}
              </pre>
            </details>
          </section>
        </div>
      )}
    </Dialog>
  );
}
