// Where another system calls to start the flow or to signal its runs, and the secret it signs with: made, copied once, replaced, dropped.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, path, refreshResource } from '../../../../api';
import { useHasRole, useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { Button, CodeBlock, ConfirmDialog, CopyField, ErrorNote, FieldSet, toast } from '../../../../ui';
import { useFlow } from '../../api/queries';
import { commandOf, receiverOf } from '../../model/alarm';
import { editorMessages } from '../../messages/editor';
import styles from './Panel.module.css';

export interface HookCardProps {
  flowId: string;
  /** A monitoring system calls it. */
  alarm: boolean;
}

export function HookCard({ flowId, alarm }: HookCardProps) {
  const t = useT(editorMessages);
  const client = useQueryClient();
  const flow = useFlow(flowId);
  const { tenant } = useSession();
  const mayChange = useHasRole('supervisor');
  const [secret, setSecret] = useState<string | null>(null);
  const [asking, setAsking] = useState<'rotate' | 'drop' | null>(null);
  const [error, setError] = useState<unknown>(null);
  const has = Boolean(flow.data?.has_hook_secret);
  const address = `${window.location.origin}/api/v1${path('/hooks/flows/{}/{}', tenant.id, flowId)}`;
  const place = path('/flows/{}/hook-secret', flowId);
  const make = async () => {
    setError(null);
    const made = await api.post<{ secret: string }>(place);
    setSecret(made.secret);
    await refreshResource(client, 'flows');
  };
  const drop = async () => {
    await api.delete(place);
    setSecret(null);
    await refreshResource(client, 'flows');
    toast.success(t('hookDropped'));
  };
  return (
    <FieldSet legend={t('hook')} hint={t(alarm ? 'hookAlarmText' : 'hookText')}>
      <div className={styles.hook}>
        <span className={styles.hookName}>{t('hookAddress')}</span>
        <CopyField label={t('hookAddress')} value={address} />
        <span className={styles.hookName}>{t('hookSignal')}</span>
        <CopyField label={t('hookSignal')} value={`${address}/signals/{name}`} />
        {secret ? (
          <>
            <span className={styles.hookName}>{t('hookSecret')}</span>
            <CopyField label={t('hookSecret')} value={secret} secret />
            <p className={styles.quiet}>{t('hookOnce')}</p>
          </>
        ) : (
          <p className={styles.quiet}>{t(has ? 'hookHas' : 'hookNone')}</p>
        )}
        {alarm && (
          <>
            <span className={styles.hookName}>{t('hookReceiver')}</span>
            <CodeBlock label={t('hookReceiver')} code={receiverOf(address)} />
            <span className={styles.hookName}>{t('hookCommand')}</span>
            <CodeBlock label={t('hookCommand')} code={commandOf(address)} />
          </>
        )}
        {error !== null && <ErrorNote error={error} />}
        {mayChange && (
          <div className={styles.hookActions}>
            <Button size="sm" icon="key" onClick={() => (has ? setAsking('rotate') : void make().catch(setError))}>
              {t(has ? 'hookRotate' : 'hookMake')}
            </Button>
            {has && (
              <Button size="sm" variant="dangerGhost" onClick={() => setAsking('drop')}>
                {t('hookDrop')}
              </Button>
            )}
          </div>
        )}
      </div>
      <ConfirmDialog open={asking === 'rotate'} onClose={() => setAsking(null)} title={t('hookRotateTitle')} text={t('hookRotateText')} action={t('hookRotate')} onConfirm={make} />
      <ConfirmDialog open={asking === 'drop'} onClose={() => setAsking(null)} title={t('hookDropTitle')} text={t('hookDropText')} action={t('hookDrop')} onConfirm={drop} />
    </FieldSet>
  );
}
