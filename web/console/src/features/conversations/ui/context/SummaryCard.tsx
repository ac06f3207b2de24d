// The conversation in a few lines, when somebody asks for it.
import { useMutation } from '@tanstack/react-query';
import type { SummaryView } from '@qingniao/shared/api';
import { api, path } from '../../../../api';
import { useT } from '../../../../i18n';
import { Badge, Button, ErrorNote } from '../../../../ui';
import { messages } from '../../messages';
import styles from './Context.module.css';

export function SummaryCard({ conversationId }: { conversationId: string }) {
  const t = useT(messages);
  const summary = useMutation({ mutationFn: () => api.post<SummaryView>(path('/conversations/{}/summary', conversationId)) });
  const made = summary.data;
  return (
    <div className={styles.summary} aria-live="polite">
      {made !== undefined && (
        <>
          <p className={styles.summaryText} dir="auto">
            {made.text}
          </p>
          <Badge tone={made.by_model ? 'violet' : 'neutral'}>{t(made.by_model ? 'summaryByModel' : 'summaryExtract')}</Badge>
        </>
      )}
      {summary.error !== null && <ErrorNote error={summary.error} />}
      <Button size="sm" icon="list" busy={summary.isPending} onClick={() => summary.mutate()}>
        {t(made === undefined ? 'summaryMake' : 'summaryAgain')}
      </Button>
    </div>
  );
}
