import type { ConversationView } from '@qingniao/shared/api';
import { useT } from '../../i18n';
import { Avatar, Icon, cx } from '../../ui';
import { messages as words } from '../conversations/messages';
import { contactName } from '../conversations/model/names';
import styles from '../conversations/ui/actions/actions.module.css';
import { useLookups } from '../conversations/ui/lookups';

export interface ChoicesProps {
  label: string;
  items: ConversationView[];
  chosen: string | null;
  onChoose(id: string): void;
}

/** Conversations of which one is chosen. */
export function Choices({ label, items, chosen, onChoose }: ChoicesProps) {
  const t = useT(words);
  const lookups = useLookups();
  if (items.length === 0) return null;
  return (
    <>
      <p className={styles.groupLabel}>{label}</p>
      <ul className={styles.choices}>
        {items.map((c) => (
          <li key={c.id}>
            <button type="button" className={cx(styles.choice, chosen === c.id && styles.chosen)} aria-pressed={chosen === c.id} data-conversation={c.id} onClick={() => onChoose(c.id)}>
              <Avatar name={contactName(c.contact, t)} seed={c.contact.id} size="sm" />
              <span className={styles.choiceName} dir="auto">
                {c.last_text || contactName(c.contact, t)}
              </span>
              <span className={styles.choiceHint}>
                {contactName(c.contact, t)} · {lookups.inbox(c.inbox_id)?.name ?? ''}
              </span>
              {chosen === c.id && <Icon name="check" size={16} />}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
