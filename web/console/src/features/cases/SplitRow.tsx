// Messages that are worked on in another conversation: one line in the thread they stand in.
import { useState } from 'react';
import { Link } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Icon } from '../../ui';
import type { CaseMessage } from '../conversations/model/case';
import styles from './Cases.module.css';
import { caseMessages } from './messages';

export default function SplitRow({ to, messages }: { to: string; messages: CaseMessage[] }) {
  const t = useT(caseMessages);
  const { formatTime } = useFormat();
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.split}>
      <div className={styles.splitHead}>
        <Icon name="split" size={14} />
        <span>{t('folded', { n: messages.length })}</span>
        <Link to={`/conversations/${to}`}>{t('open')}</Link>
        <button type="button" className={styles.undo} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'hide' : 'show')}
        </button>
      </div>
      {open && (
        <ul className={styles.splitWords}>
          {messages.map((message) => (
            <li key={message.id}>
              <bdi className={styles.who}>
                {message.author.name || message.author.kind} {formatTime(message.created_at)}
              </bdi>
              <span dir="auto">{message.content.text || message.content.attachments?.[0]?.name}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
