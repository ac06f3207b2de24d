// Who is writing right now, and what the customer has written so far where the inbox allows seeing it.
import { useT } from '../../../../i18n';
import { useTypists } from '../../../../realtime';
import { messages } from '../../messages';
import { Dots } from '../list/Row';
import styles from './ThreadPane.module.css';

export function TypingLine({ conversationId }: { conversationId: string }) {
  const t = useT(messages);
  const typists = useTypists(conversationId);
  const customer = typists.find((typist) => typist.kind === 'contact');
  const colleague = typists.find((typist) => typist.kind === 'agent');
  if (customer === undefined && colleague === undefined) return null;
  const text =
    customer === undefined
      ? t('colleagueTyping', { name: colleague?.name ?? '' })
      : customer.preview === ''
        ? t('customerTyping')
        : t('typingPreview', { text: customer.preview });
  return (
    <div className={styles.typing}>
      <Dots />
      <span className={styles.typingText} dir="auto">
        {text}
      </span>
    </div>
  );
}
