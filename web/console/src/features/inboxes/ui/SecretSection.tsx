import { useState, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { InboxView } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Button, ConfirmDialog, CopyField, ErrorNote, Section } from '../../../ui';
import { inboxSecret } from '../api';
import { inboxMessages } from '../messages';

export interface SecretSectionProps {
  inbox: InboxView;
  title: string;
  description: string;
  /** The inbox has a new version now. */
  onRotated: () => Promise<void>;
  children?: ReactNode;
}

/** The secret of the inbox under words that say what it is for on this channel. */
export function SecretSection({ inbox, title, description, onRotated, children }: SecretSectionProps) {
  const t = useT(inboxMessages);
  const [asking, setAsking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const show = useMutation({
    mutationFn: () => inboxSecret(inbox.id, false),
    onSuccess: (answer) => setSecret(answer.secret),
  });
  return (
    <Section
      title={title}
      description={description}
      actions={
        <>
          <Button icon="eye" busy={show.isPending} onClick={() => show.mutate()}>
            {t('secretShow')}
          </Button>
          <Button icon="refresh" onClick={() => setAsking(true)}>
            {t('secretRotate')}
          </Button>
        </>
      }
    >
      {show.error && <ErrorNote error={show.error} />}
      {secret && <CopyField label={t('secret')} value={secret} />}
      {children}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('secretRotateTitle')}
        text={t('secretRotateText')}
        action={t('secretRotate')}
        onConfirm={async () => {
          setSecret((await inboxSecret(inbox.id, true)).secret);
          await onRotated();
        }}
      />
    </Section>
  );
}
