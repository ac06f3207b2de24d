// What comes with a message of the bot: the choices offered, cards, and the articles an answer rests on.
// Choices are shown as the customer saw them; pressing them is the customer's.
import { Suspense, useState } from 'react';
import type { Citation, Content } from '@qingniao/shared/api';
import { safeUrl } from '@qingniao/shared/url';
import { useT } from '../../../../i18n';
import { Icon, lazy } from '../../../../ui';
import { messages } from '../../messages';
import { SafeLink } from './Markdown';
import styles from './Extras.module.css';

const ArticlePeek = lazy(() => import('../../../knowledge/ui/ArticlePeek'));

export function Extras({ content }: { content: Content }) {
  const t = useT(messages);
  const { buttons = [], cards = [], citations = [] } = content;
  const [peeked, setPeeked] = useState<Citation | null>(null);
  return (
    <>
      {cards.map((card, index) => {
        const url = card.url ? safeUrl(card.url) : null;
        return (
          <div key={index} className={styles.card}>
            <bdi className={styles.cardTitle}>{card.title}</bdi>
            {card.text && <p dir="auto">{card.text}</p>}
            {url !== null && <SafeLink url={url}>{t('cardOpen')}</SafeLink>}
          </div>
        );
      })}
      {citations.length > 0 && (
        <ul className={styles.citations} aria-label={t('citations')}>
          {citations.map((citation) => (
            <li key={citation.article_id}>
              <Icon name="book" size={13} />
              <button type="button" className={styles.source} onClick={() => setPeeked(citation)}>
                <bdi>{citation.title}</bdi>
              </button>
            </li>
          ))}
        </ul>
      )}
      {peeked && (
        <Suspense fallback={null}>
          <ArticlePeek citation={peeked} onClose={() => setPeeked(null)} />
        </Suspense>
      )}
      {buttons.length > 0 && (
        <ul className={styles.buttons} aria-label={t('buttonsShown')}>
          {buttons.map((button, index) => (
            <li key={index} className={styles.button} dir="auto">
              {button.label}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
