import { useState, type ReactNode } from 'react';
import type { InboxView } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Button, ConfirmDialog, CopyField, Section } from '../../../ui';
import { rotateInboxSecret } from '../api';
import { inboxMessages } from '../messages';
import styles from './Install.module.css';

/** The secret of the inbox under words that say what it is for on this channel. */
export function SecretSection({ inbox, title, description, children }: { inbox: InboxView; title: string; description: string; children?: ReactNode }) {
  const t = useT(inboxMessages);
  const [asking, setAsking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Section
      title={title}
      description={description}
      actions={
        <Button icon="key" onClick={() => setAsking(true)}>
          {t('secretReveal')}
        </Button>
      }
    >
      {secret && (
        <div className={styles.secret}>
          <p className={styles.quiet}>{t('secretShown')}</p>
          <CopyField label={t('secret')} value={secret} />
        </div>
      )}
      {children}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('secretRotateTitle')}
        text={t('secretRotateText')}
        action={t('secretReveal')}
        onConfirm={async () => setSecret((await rotateInboxSecret(inbox.id)).secret)}
      />
    </Section>
  );
}
