// What a connector can do, each tried with a press.
import { useState } from 'react';
import type { ConnectorDetail, OperationView } from '@qingniao/shared/connectors';
import { useLanguage, useT } from '../../../i18n';
import { Badge, Button, ErrorNote, Loading, Table, TextInput, Toolbar, type Tone } from '../../../ui';
import { useOperations } from '../api';
import { connectorMessages } from '../messages/connectors';
import { TryDialog } from './TryDialog';
import styles from './Connectors.module.css';

const TONES: Record<string, Tone> = { safe: 'success', idempotent: 'info', keyed: 'info', once: 'warning' };
const MANY = 8;

export function titleOf(operation: OperationView, english: boolean): string {
  const { zh, en } = operation.title;
  return (english ? en || zh : zh || en) || operation.name;
}

export function Operations({ connector }: { connector: ConnectorDetail }) {
  const t = useT(connectorMessages);
  const english = useLanguage() === 'en';
  const operations = useOperations(connector.name);
  const [wanted, setWanted] = useState('');
  const [trying, setTrying] = useState<OperationView | null>(null);
  if (operations.isPending) return <Loading />;
  if (operations.error) return <ErrorNote error={operations.error} onRetry={() => void operations.refetch()} />;
  const words = wanted.trim().toLowerCase();
  const shown = operations.data.filter((one) => `${one.name} ${one.title.zh} ${one.title.en} ${one.method} ${one.path}`.toLowerCase().includes(words));
  return (
    <>
      {operations.data.length > MANY && (
        <Toolbar>
          <TextInput icon="search" type="search" aria-label={t('findOperation')} placeholder={t('findOperation')} value={wanted} onChange={(event) => setWanted(event.target.value)} />
        </Toolbar>
      )}
      {shown.length === 0 && <p className={styles.quiet}>{t('noOperation')}</p>}
      {shown.length > 0 && (
        <Table
          label={t('operations')}
          rows={shown}
          rowKey={(operation) => operation.name}
          columns={[
            {
              key: 'name',
              title: t('operation'),
              grow: true,
              render: (operation) => (
                <span className={styles.stack}>
                  <span className={styles.name}>{titleOf(operation, english)}</span>
                  <code className={styles.path}>
                    {operation.method} {operation.path}
                  </code>
                  {operation.description && <span className={styles.quiet}>{operation.description}</span>}
                </span>
              ),
            },
            { key: 'repeat', title: t('repeat'), wideOnly: true, render: (operation) => <Badge tone={TONES[operation.retry] ?? 'neutral'}>{t(`retry_${operation.retry as 'safe' | 'idempotent' | 'keyed' | 'once'}`)}</Badge> },
            {
              key: 'actions',
              title: t('actions'),
              titleHidden: true,
              align: 'end',
              render: (operation) => (
                <Button size="sm" icon="play" aria-label={t('tryOf', { name: titleOf(operation, english) })} onClick={() => setTrying(operation)}>
                  {t('try')}
                </Button>
              ),
            },
          ]}
        />
      )}
      {trying && <TryDialog connector={connector.name} operation={trying} onClose={() => setTrying(null)} />}
    </>
  );
}
