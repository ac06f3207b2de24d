// What stands around the own text of an e-mail: its subject, whom else it went to, and what was folded away below it.
import type { MailView, MessageView } from '@qingniao/shared/api';
import { path } from '../../../../api';
import { useHasRole } from '../../../../app/session';
import { defineMessages, useT } from '../../../../i18n';
import styles from './Letter.module.css';

const letterMessages = defineMessages(
  { subject: '主题', from: '发件人', to: '收件人', cc: '抄送', folded: '引用与签名', original: '下载原始邮件' },
  { subject: 'Subject', from: 'From', to: 'To', cc: 'Cc', folded: 'Quoted text and signature', original: 'Download the original mail' },
);

export default function Letter({ mail, message }: { mail: MailView; message: MessageView }) {
  const t = useT(letterMessages);
  const sees = useHasRole('supervisor') && message.kind === 'incoming';
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
      {sees && (
        <a className={styles.original} href={`/api/v1${path('/conversations/{}/messages/{}/original', message.conversation_id, message.id)}`} download>
          {t('original')}
        </a>
      )}
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
