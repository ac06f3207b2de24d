// What comes with a message of the bot: the choices offered, cards, and the articles an answer rests on.
// Choices are shown as the customer saw them; pressing them is the customer's.
import type { Content } from '@qingniao/shared/api';
import { safeUrl } from '@qingniao/shared/url';
import { useT } from '../../../../i18n';
import { Icon } from '../../../../ui';
import { messages } from '../../messages';
import { SafeLink } from './Markdown';
import styles from './Extras.module.css';

export function Extras({ content }: { content: Content }) {
  const t = useT(messages);
  const { buttons = [], cards = [], citations = [] } = content;
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
          {citations.map((citation) => {
            const url = safeUrl(citation.url);
            return (
              <li key={citation.article_id}>
                <Icon name="book" size={13} />
                {url === null ? <bdi>{citation.title}</bdi> : <SafeLink url={url}>{citation.title}</SafeLink>}
              </li>
            );
          })}
        </ul>
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
