// What the bot hands over: why, what was asked and answered, the last words. Open until somebody has answered, then
// folded, and as the person left it after that. On a narrow screen it begins folded: the thread needs the room.
import { useState } from 'react';
import { useQueries } from '@tanstack/react-query';
import type { ArticleTranslations, HandoffPacket } from '@qingniao/shared/api';
import { api, path } from '../../../../api';
import { language, useT } from '../../../../i18n';
import { Icon } from '../../../../ui';
import { messages } from '../../messages';
import { reasonText } from '../../model/activity';
import { SafeLink } from './Markdown';
import styles from './ThreadPane.module.css';

const FOLDED = 'qn.handoff.folded';
const NARROW = '(max-width: 640px)';

function folded(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(FOLDED) ?? '[]');
    return Array.isArray(kept) ? (kept as string[]) : [];
  } catch {
    return [];
  }
}

export function HandoffCard({ handoff, answered }: { handoff: HandoffPacket; answered: boolean }) {
  const t = useT(messages);
  const key = String(handoff.at);
  const [open, setOpen] = useState(() => !answered && !folded().includes(key) && !matchMedia(NARROW).matches);
  const [wasAnswered, setWasAnswered] = useState(answered);
  if (answered && !wasAnswered) {
    // Read and acted upon: give the room to the thread.
    setWasAnswered(true);
    setOpen(false);
  }
  const toggle = (): void => {
    const others = folded().filter((one) => one !== key);
    sessionStorage.setItem(FOLDED, JSON.stringify(open ? [...others, key].slice(-200) : others));
    setOpen(!open);
  };
  return (
    <section className={styles.handoff} aria-label={t('handoff')}>
      <button type="button" className={styles.handoffHead} aria-expanded={open} onClick={toggle}>
        <Icon name="transfer" size={16} />
        <span className={styles.handoffTitle}>{t('handoff')}</span>
        <span className={styles.handoffBrief} dir="auto">
          {reasonText(handoff.reason, t)}
        </span>
        <Icon name={open ? 'chevronUp' : 'chevronDown'} size={16} label={t(open ? 'collapse' : 'expand')} />
      </button>
      {open && (
        <dl className={styles.handoffBody}>
          {handoff.summary !== '' && (
            <>
              <dt>{t('handoffSummary')}</dt>
              <dd dir="auto">{handoff.summary}</dd>
            </>
          )}
          {handoff.asked.length > 0 && (
            <>
              <dt>{t('handoffAsked')}</dt>
              <dd>
                <ul>
                  {handoff.asked.map((asked, index) => (
                    <li key={index} dir="auto">
                      {asked}
                    </li>
                  ))}
                </ul>
              </dd>
            </>
          )}
          {handoff.shown.length > 0 && (
            <>
              <dt>{t('handoffShown')}</dt>
              <dd>
                <ShownArticles ids={handoff.shown} />
              </dd>
            </>
          )}
          {handoff.wish !== '' && (
            <>
              <dt>{t('handoffWish')}</dt>
              <dd dir="auto">{handoff.wish}</dd>
            </>
          )}
          <dt>{t('handoffLanguage')}</dt>
          <dd>{t(handoff.language === 'en' ? 'langEn' : 'langZh')}</dd>
        </dl>
      )}
    </section>
  );
}

function ShownArticles({ ids }: { ids: string[] }) {
  const unique = [...new Set(ids)];
  const articles = useQueries({
    queries: unique.map((id) => ({
      queryKey: ['articles', 'one', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.get<ArticleTranslations>(path('/articles/{}', id), undefined, signal),
      staleTime: 5 * 60_000,
      retry: false,
    })),
  });
  return (
    <ul>
      {unique.map((id, index) => {
        const translations = articles[index]?.data?.translations ?? [];
        const shown = translations.find((one) => one.language === language()) ?? translations[0];
        return (
          <li key={id}>
            <SafeLink url={`/help/${shown?.language ?? language()}/${encodeURIComponent(id)}`}>{shown?.title ?? id}</SafeLink>
          </li>
        );
      })}
    </ul>
  );
}
