import { useState } from 'react';
import type { ReviewDetail } from '@qingniao/shared/quality';
import { useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, TextArea, toast } from '../../ui';
import { useDeed } from './api';
import { qualityMessages } from './messages';
import styles from './Quality.module.css';

export interface SkipDialogProps {
  detail: ReviewDetail;
  onClose(): void;
  onDone(): void;
}

/** Passes a conversation over; the usual reasons are a click away. */
export function SkipDialog({ detail, onClose, onDone }: SkipDialogProps) {
  const t = useT(qualityMessages);
  const [reason, setReason] = useState('');
  const deed = useDeed(detail);
  const submit = () =>
    deed.mutate(
      { kind: 'skip', reason: reason.trim() },
      {
        onSuccess: () => {
          toast.success(t('skippedToast'));
          onDone();
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('skipTitle')}
      description={t('skipText')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" busy={deed.isPending} disabled={reason.trim() === ''}>
            {t('skipDo')}
          </Button>
        </>
      }
    >
      <div className={styles.choices}>
        {t('skipReasons')
          .split('|')
          .map((usual) => (
            <Button key={usual} size="sm" aria-pressed={reason === usual} onClick={() => setReason(usual)}>
              {usual}
            </Button>
          ))}
      </div>
      <Field label={t('skipReason')}>{(control) => <TextArea {...control} rows={3} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
      {deed.error && <ErrorNote error={deed.error} />}
    </Dialog>
  );
}
