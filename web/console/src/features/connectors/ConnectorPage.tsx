// One connector: what it can do, tried here, and how it is reached.
import { useState } from 'react';
import type { ConnectorDetail } from '@qingniao/shared/connectors';
import { navigate, useSearchParam } from '../../app/router';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { Badge, ConfirmDialog, ErrorNote, IconButton, Loading, Menu, MenuItem, Page, Tabs, toast } from '../../ui';
import { useChangeConnector, useConnector, useDeleteConnector } from './api';
import { connectorMessages } from './messages/connectors';
import { systemMessages } from './messages/systems';
import { ConnectorSettings } from './ui/ConnectorSettings';
import { Operations } from './ui/Operations';
import { ReplaceDescription } from './ui/ReplaceDescription';
import { Routines } from './ui/robot/Routines';
import { Statements } from './ui/sql/Statements';
import styles from './ui/Connectors.module.css';

export function ConnectorPage({ name }: { name: string }) {
  const t = useT(connectorMessages);
  const connector = useConnector(name);
  usePageTitle(connector.data?.title ?? t('title'));
  const back = { to: '/settings/connectors', label: t('back') };
  if (connector.isPending) return <Loading />;
  if (!connector.data) {
    return (
      <Page title={name} back={back}>
        <ErrorNote error={connector.error} onRetry={() => void connector.refetch()} />
      </Page>
    );
  }
  return <Shown connector={connector.data} back={back} />;
}

function Shown({ connector, back }: { connector: ConnectorDetail; back: { to: string; label: string } }) {
  const t = useT(connectorMessages);
  const systems = useT(systemMessages);
  const [tab, setTab] = useSearchParam('tab');
  const [dialog, setDialog] = useState<'delete' | 'replace' | null>(null);
  const change = useChangeConnector(connector);
  const remove = useDeleteConnector();
  const isRobot = connector.kind === 'robot';
  const here = tab === 'settings' ? 'settings' : 'operations';
  const turn = (enabled: boolean) => change.mutate({ enabled }, { onSuccess: () => toast.success(t('saved')), onError: (error) => toast.error(error.message) });
  const readTools = () => change.mutate({ read_tools: true }, { onSuccess: () => toast.success(t('toolsRead')), onError: (error) => toast.error(error.message) });
  return (
    <Page
      title={connector.title || connector.name}
      back={back}
      width={isRobot && here === 'operations' ? 'full' : 'wide'}
      description={
        <span className={styles.line}>
          <Badge tone={connector.enabled ? 'success' : 'neutral'}>{t(connector.enabled ? 'on' : 'off')}</Badge>
          <Badge>{t(`kind_${connector.kind}`)}</Badge>
          <code className={styles.path}>{connector.name}</code>
          <code className={styles.path}>{connector.base_url}</code>
        </span>
      }
      actions={
        <Menu trigger={<IconButton icon="more" label={t('more')} plain />}>
          <MenuItem icon={connector.enabled ? 'pause' : 'play'} onSelect={() => turn(!connector.enabled)}>
            {t(connector.enabled ? 'off' : 'on')}
          </MenuItem>
          {connector.kind === 'mcp' && (
            <MenuItem icon="refresh" onSelect={readTools}>
              {t('readTools')}
            </MenuItem>
          )}
          {connector.kind === 'rest' && (
            <MenuItem icon="refresh" onSelect={() => setDialog('replace')}>
              {t('replaceDescription')}
            </MenuItem>
          )}
          <MenuItem icon="trash" danger onSelect={() => setDialog('delete')}>
            {t('delete')}
          </MenuItem>
        </Menu>
      }
    >
      <Tabs
        value={here}
        onChange={(next) => setTab(next === 'settings' ? next : '')}
        label={connector.title}
        tabs={[
          { value: 'operations', label: connector.kind === 'sql' ? systems('statements') : t(isRobot ? 'routines' : 'operations') },
          { value: 'settings', label: t('settings') },
        ]}
      >
        {here === 'settings' && <ConnectorSettings key={connector.version} connector={connector} />}
        {here === 'operations' && <What connector={connector} />}
      </Tabs>
      {dialog === 'replace' && <ReplaceDescription connector={connector} onClose={() => setDialog(null)} />}
      <ConfirmDialog
        open={dialog === 'delete'}
        onClose={() => setDialog(null)}
        title={t('deleteTitle', { name: connector.title || connector.name })}
        text={t('deleteText')}
        action={t('delete')}
        onConfirm={async () => {
          await remove.mutateAsync(connector);
          toast.success(t('deleted'));
          navigate('/settings/connectors', { replace: true });
        }}
      />
    </Page>
  );
}

/** What it can do, as each kind shows it. */
function What({ connector }: { connector: ConnectorDetail }) {
  if (connector.kind === 'robot') return <Routines connector={connector} />;
  if (connector.kind === 'sql') return <Statements connector={connector} />;
  return <Operations connector={connector} />;
}
