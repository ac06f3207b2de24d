import type { WebhookPauseView, WebhookView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../i18n';
import { Button, toast } from '../../ui';
import { failureMessages } from '../failures/messages';
import { reasonOf } from '../failures/reason';
import { useResumeWebhook } from './api';
import { webhookMessages } from './messages';
import styles from './WebhooksPage.module.css';

/** Why the server sends nothing more, and the way back. */
export function PauseNote({ hook, paused }: { hook: WebhookView; paused: WebhookPauseView }) {
  const t = useT(webhookMessages);
  const reasons = useT(failureMessages);
  const { formatDateTime } = useFormat();
  const resume = useResumeWebhook(hook);
  return (
    <div className={styles.pause} role="status">
      <p>
        <strong>{t('pausedSince', { at: formatDateTime(paused.at), reason: reasonOf(paused.reason, reasons) })}</strong>
        <br />
        {t('pausedText')}
      </p>
      <Button
        icon="refresh"
        busy={resume.isPending}
        onClick={() =>
          resume.mutate(undefined, {
            onSuccess: () => toast.success(t('resumed')),
            onError: (error) => toast.error(error.message),
          })
        }
      >
        {t('resume')}
      </Button>
    </div>
  );
}
