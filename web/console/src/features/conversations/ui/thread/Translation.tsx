// A customer's message in the reader's language, on demand. The original stays above it.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MessageView } from '@qingniao/shared/api';
import { language, useT } from '../../../../i18n';
import { ErrorNote, Spinner } from '../../../../ui';
import { translateMessage } from '../../api/translate';
import { translateMessages } from '../../messages/translate';
import { PlainText } from './Markdown';
import styles from './Translation.module.css';

export default function Translation({ message }: { message: MessageView }) {
  const t = useT(translateMessages);
  const [open, setOpen] = useState(false);
  const reads = language();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['translation', message.id, message.edited_at, reads],
    queryFn: () => translateMessage(message.conversation_id, message.id, reads),
    enabled: open,
    staleTime: Infinity,
    retry: false,
  });
  return (
    <div className={styles.translation}>
      <button type="button" className={styles.ask} aria-expanded={open} onClick={() => setOpen(!open)}>
        {t(open ? 'hideTranslation' : 'translate')}
      </button>
      {open && isFetching && (
        <p className={styles.busy}>
          <Spinner size={13} /> {t('translating')}
        </p>
      )}
      {open && !isFetching && error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {open && !isFetching && data !== undefined && (
        <div role="note" aria-label={t('translated')} className={styles.text}>
          <PlainText text={data} />
        </div>
      )}
    </div>
  );
}
