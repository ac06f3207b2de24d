// What to do next, above the composer: at most three steps, each one press, with its reason. Nothing suggests itself: nothing is shown.
import { useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ConversationView, NextBestKind, NextBestStep, SuggestionsView, SuggestionView } from '@qingniao/shared/api';
import { api, path } from '../../../../api';
import { useCommands } from '../../../../commands';
import { formatTime, useFormat, useLanguage, useT } from '../../../../i18n';
import { Button, toast, type IconName } from '../../../../ui';
import { useConversationActions, type Deed } from '../../api/actions';
import { useNextBest } from '../../api/next-best';
import { nextBestMessages } from '../../messages/next-best';
import { useNow } from '../clock';
import { unfold } from '../context/unfold';
import styles from './NextBest.module.css';

const ICONS: Record<NextBestKind, IconName> = {
  answer: 'reply',
  resolve: 'check',
  begin_flow: 'bot',
  merge: 'merge',
  same_person: 'people',
  pend: 'pause',
};

export interface NextBestProps {
  conversation: ConversationView;
  /** The newest message of the case. */
  last: string;
  /** The customer's message that waits; 0 when none does. */
  waiting: number;
  onInsert(item: SuggestionView): void;
  /** Puts the caret where replies are written. */
  onWrite(): void;
  onMerge(into: string): void;
  /** Shows the pane beside the thread. */
  onContext(): void;
}

export default function NextBest({ conversation: c, last, waiting, onInsert, onWrite, onMerge, onContext }: NextBestProps) {
  const t = useT(nextBestMessages);
  const client = useQueryClient();
  const english = useLanguage() === 'en';
  const { act } = useConversationActions();
  const [busy, setBusy] = useState<NextBestKind | null>(null);
  const steps = useNextBest(c, last);
  const list = useRef<HTMLOListElement>(null);
  useCommands({ 'assist.best': { run: () => list.current?.querySelector('button')?.focus(), when: () => steps.length > 0 } });

  const titleOf = (step: NextBestStep): string => (english ? step.title_en : null) ?? (step.title || t('nameless'));
  const run = async (deed: Deed): Promise<boolean> => (await act(c.id, deed)) !== null;
  /** The best of what is suggested beside the thread, or an empty field. */
  const answer = async (): Promise<void> => {
    const best = await client
      .fetchQuery({
        queryKey: ['suggestions', c.id, waiting],
        queryFn: () => api.post<SuggestionsView>(path('/conversations/{}/suggestions', c.id)),
        staleTime: Infinity,
      })
      .then(
        ({ items }) => items[0],
        () => undefined,
      );
    if (best === undefined) onWrite();
    else onInsert(best);
  };
  const take = async (step: NextBestStep): Promise<void> => {
    switch (step.kind) {
      case 'answer':
        return answer();
      case 'resolve':
      case 'pend':
        return void (await run({ do: step.kind }));
      case 'begin_flow':
        if (await run({ do: 'begin-flow', flow_id: step.target, message_id: step.message_id })) toast.success(t('begun', { title: titleOf(step) }));
        return;
      case 'merge':
        return onMerge(step.target);
      case 'same_person':
        onContext();
        return unfold('identities');
    }
  };
  const press = (step: NextBestStep): void => {
    setBusy(step.kind);
    void take(step).finally(() => setBusy(null));
  };

  if (steps.length === 0) return null;
  return (
    <section className={styles.best} aria-label={t('nextBest')}>
      <span className={styles.title}>{t('nextBest')}</span>
      <ol ref={list} className={styles.steps}>
        {steps.map((step) => (
          <li key={`${step.kind} ${step.target}`} className={styles.step}>
            <Button size="sm" icon={ICONS[step.kind]} busy={busy === step.kind} disabled={busy !== null} onClick={() => press(step)}>
              <span className={styles.name}>{t(`do_${step.kind}`, { title: titleOf(step) })}</span>
            </Button>
            <Why step={step} title={titleOf(step)} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Why({ step, title }: { step: NextBestStep; title: string }) {
  const t = useT(nextBestMessages);
  const { formatPercent } = useFormat();
  const now = useNow();
  const { kind, quote, at } = step;
  const late = kind === 'answer' && (at === null || at <= now);
  const text = late ? t('why_late', { quote }) : t(`why_${kind}`, { quote, title, time: formatTime(at ?? now), percent: formatPercent((step.percent ?? 0) / 100) });
  return (
    <span className={styles.why} dir="auto" title={text}>
      {text}
    </span>
  );
}
