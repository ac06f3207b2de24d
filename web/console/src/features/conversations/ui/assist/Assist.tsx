// Answers beside the thread while the customer waits: found in the knowledge, the canned responses and the catalogue, and drafted where a
// language model is in use. Choosing one inserts it; nothing here sends. Folded, it fetches nothing.
import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DraftView, SuggestionsView, SuggestionView } from '@qingniao/shared/api';
import { api, path } from '../../../../api';
import { useCommands } from '../../../../commands';
import { useFormat, useT } from '../../../../i18n';
import { Button, Icon, Spinner } from '../../../../ui';
import { messages } from '../../messages';
import { whyOf } from '../../model/assist';
import { plainOfMarkdown } from '../../model/linkify';
import styles from './Assist.module.css';

const FOLDED = 'qn.assist.folded';
const EXCERPT_CHARS = 160;
/** Where the thread needs the room, it begins folded. */
const NARROW = '(max-width: 640px)';

function startsFolded(): boolean {
  const kept = localStorage.getItem(FOLDED);
  return kept === null ? matchMedia(NARROW).matches : kept === '1';
}

export interface AssistProps {
  conversationId: string;
  /** The customer's message that waits. */
  seq: number;
  onInsert(item: SuggestionView): void;
}

export function Assist({ conversationId, seq, onInsert }: AssistProps) {
  const t = useT(messages);
  const client = useQueryClient();
  const [folded, setFolded] = useState(startsFolded);
  const key = ['suggestions', conversationId, seq];
  const found = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.post<SuggestionsView>(path('/conversations/{}/suggestions', conversationId), undefined, { signal }),
    enabled: !folded,
    staleTime: Infinity,
    retry: false,
  });
  const draft = useMutation({
    mutationFn: () => api.post<DraftView>(path('/conversations/{}/suggestions/draft', conversationId)),
    onSuccess: ({ item }) => {
      if (item === null) return;
      client.setQueryData<SuggestionsView>(key, (old) => old && { ...old, items: [item, ...old.items.filter((one) => one.key !== item.key)] });
    },
  });
  const items = folded ? [] : (found.data?.items ?? []);
  const insert = (index: number) => ({ run: () => items[index] && onInsert(items[index]), when: () => items[index] !== undefined });
  useCommands({
    'assist.first': insert(0),
    'assist.second': insert(1),
    'assist.third': insert(2),
    'assist.draft': { run: () => draft.mutate(), when: () => !folded && found.data?.can_draft === true && !draft.isPending },
  });
  const toggle = (): void => {
    localStorage.setItem(FOLDED, folded ? '0' : '1');
    setFolded(!folded);
  };
  const reason = draft.data?.reason ?? (draft.error === null ? null : 'unreachable');
  return (
    <section className={styles.assist} aria-label={t('assistTitle')}>
      <div className={styles.head}>
        <button type="button" className={styles.toggle} aria-expanded={!folded} onClick={toggle}>
          <Icon name={folded ? 'chevronRight' : 'chevronDown'} size={15} />
          <span className={styles.title}>{t('assistTitle')}</span>
          {items.length > 0 && <span className={styles.hint}>{t('assistCount', { n: items.length })}</span>}
          {found.isFetching && <Spinner size={13} />}
        </button>
        {!folded && <span className={styles.note}>{t('assistHint')}</span>}
        {!folded && found.data?.can_draft === true && (
          <Button size="sm" variant="ghost" icon="edit" busy={draft.isPending} onClick={() => draft.mutate()}>
            {t(items[0]?.source === 'draft' ? 'draftAgain' : 'draftAnswer')}
          </Button>
        )}
      </div>
      {!folded && (
        <div className={styles.body} aria-live="polite">
          {reason !== null && !draft.isPending && <Why reason={reason} />}
          {items.length > 0 && (
            <ol className={styles.list}>
              {items.map((item, index) => (
                <Offer key={item.key} item={item} place={index + 1} onInsert={() => onInsert(item)} />
              ))}
            </ol>
          )}
          {found.data !== undefined && items.length === 0 && <p className={styles.none}>{t('assistNone')}</p>}
          {found.error !== null && <p className={styles.none}>{t('assistFailed')}</p>}
        </div>
      )}
    </section>
  );
}

function Why({ reason }: { reason: string }) {
  const t = useT(messages);
  const why = whyOf(reason);
  return (
    <p className={styles.why} role="status">
      {why === 'other' ? t('why_other', { code: reason }) : t(`why_${why}`)}
    </p>
  );
}

function Offer({ item, place, onInsert }: { item: SuggestionView; place: number; onInsert(): void }) {
  const t = useT(messages);
  const { formatPercent } = useFormat();
  const isDraft = item.source === 'draft';
  return (
    <li>
      <button type="button" className={styles.offer} aria-label={t('assistInsert', { title: isDraft ? t('source_draft') : item.title })} onClick={onInsert}>
        <span className={styles.offerHead}>
          {place <= 3 && <kbd className={styles.key}>{place}</kbd>}
          <span className={isDraft ? styles.draftMark : styles.source}>{t(`source_${item.source}`)}</span>
          <bdi className={styles.offerTitle}>{isDraft ? t('draftBased', { titles: item.title }) : item.title}</bdi>
          {item.internal && <span className={styles.internal}>{t('internal')}</span>}
          <span className={styles.confidence}>{t('confidence', { percent: formatPercent(Math.round(item.confidence * 100) / 100) })}</span>
        </span>
        <span className={isDraft ? styles.whole : styles.excerpt} dir="auto">
          {isDraft ? plainOfMarkdown(item.text, 1200) : plainOfMarkdown(item.text, EXCERPT_CHARS)}
        </span>
        {isDraft && <span className={styles.check}>{t('draftCheck')}</span>}
      </button>
    </li>
  );
}
