// What stands around the own text of an e-mail: its subject, whom else it went to, and what was folded away below it.
import type { MailView } from '@qingniao/shared/api';
import { defineMessages, useT } from '../../../../i18n';
import styles from './Letter.module.css';

const letterMessages = defineMessages(
  { subject: '主题', from: '发件人', to: '收件人', cc: '抄送', folded: '引用与签名' },
  { subject: 'Subject', from: 'From', to: 'To', cc: 'Cc', folded: 'Quoted text and signature' },
);

export default function Letter({ mail }: { mail: MailView }) {
  const t = useT(letterMessages);
  const lines = [
    ['subject', mail.subject],
    ['from', mail.from ?? ''],
    ['to', mail.to.join(', ')],
    ['cc', mail.cc.join(', ')],
  ] as const;
  return (
    <div className={styles.letter}>
      <dl className={styles.head}>
        {lines
          .filter(([, text]) => text !== '')
          .map(([key, text]) => (
            <div key={key}>
              <dt>{t(key)}</dt>
              <dd dir="auto">{text}</dd>
            </div>
          ))}
      </dl>
      {mail.folded.trim() !== '' && (
        <details>
          <summary>{t('folded')}</summary>
          <p className={styles.folded} dir="auto">
            {mail.folded}
          </p>
        </details>
      )}
    </div>
  );
}
