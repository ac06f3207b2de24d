import { useState } from 'react';
import type { ConnectorDetail } from '@qingniao/shared/connectors';
import { useT } from '../../../i18n';
import { Button, Dialog, ErrorNote, toast } from '../../../ui';
import { useChangeConnector } from '../api';
import { connectorMessages } from '../messages/connectors';
import { DescriptionSource, type Read } from './DescriptionSource';
import { Found } from './NewConnectorDialog';
import styles from './Connectors.module.css';

/** The operations of another edition of the description. */
export function ReplaceDescription({ connector, onClose }: { connector: ConnectorDetail; onClose: () => void }) {
  const t = useT(connectorMessages);
  const change = useChangeConnector(connector);
  const [read, setRead] = useState<Read | null>(null);
  const [tried, setTried] = useState(false);
  function submit() {
    setTried(true);
    if (!read?.source.document) return;
    change.mutate(
      { document: read.source.document },
      {
        onSuccess: () => {
          toast.success(t('replaced'));
          onClose();
        },
      },
    );
  }
  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={t('replaceDescription')}
      description={t('replaceText')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={change.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {connector.source_url && <p className={styles.quiet}>{t('fromWhere', { url: connector.source_url })}</p>}
        <DescriptionSource onRead={setRead} withoutUrl error={tried && !read ? t('lookFirst') : undefined} />
        {read && <Found view={read.view} />}
        {change.error && <ErrorNote error={change.error} />}
      </div>
    </Dialog>
  );
}
