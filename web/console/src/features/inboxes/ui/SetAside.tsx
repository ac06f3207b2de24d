// Mails of an inbox that became no message: what each is, and the mail as it came.
import type { SetAsideMailView } from '@qingniao/shared/api';
import { path } from '../../../api';
import { useHasRole } from '../../../app/session';
import { defineMessages, useFormat, useT } from '../../../i18n';
import { Badge, ErrorNote, LoadMore, Loading, Section, Table } from '../../../ui';
import { useSetAside } from '../api';
import styles from './HealthCard.module.css';

const asideMessages = defineMessages(
  {
    title: '没有成为消息的邮件',
    text: '退信、自动回复、循环来信与读不了的邮件都留在这里，新的在前；收到的邮件不会丢弃。',
    none: '没有：每封来信都成了消息。',
    nature: '是什么',
    from: '涉及地址',
    subject: '主题',
    at: '收到时间',
    original: '下载原始邮件',
    bounce: '退信',
    auto_reply: '自动回复',
    bulk: '群发',
    loop: '循环来信',
    letter: '自己发出的信，或被屏蔽的客户',
    dead: '读不了',
  },
  {
    title: 'Mails that became no message',
    text: 'Bounces, answers of machines, mail in a circle and what could not be read, the newest first. No mail that comes is thrown away.',
    none: 'None: every mail became a message.',
    nature: 'What it is',
    from: 'Addresses',
    subject: 'Subject',
    at: 'Received',
    original: 'Download the original mail',
    bounce: 'Bounce',
    auto_reply: 'Automatic answer',
    bulk: 'Bulk',
    loop: 'Mail in a circle',
    letter: 'Our own, or of a blocked customer',
    dead: 'Unreadable',
  },
);

const NATURES = ['bounce', 'auto_reply', 'bulk', 'loop', 'letter'] as const;

function natureOf(mail: SetAsideMailView) {
  return mail.error === null ? (NATURES.find((nature) => nature === mail.nature) ?? 'letter') : 'dead';
}

export function SetAside({ inboxId }: { inboxId: string }) {
  const t = useT(asideMessages);
  const { formatDateTime } = useFormat();
  const mails = useSetAside(inboxId);
  const rows = mails.data?.pages.flatMap((page) => page.items) ?? [];
  const mayRead = useHasRole('supervisor');
  const original = (mail: SetAsideMailView) => (
    <a href={`/api/v1${path('/inboxes/{}/mails-set-aside/{}/original', inboxId, mail.id)}`} download>
      {t('original')}
    </a>
  );
  return (
    <Section title={t('title')} description={t('text')}>
      {mails.isPending && <Loading />}
      {mails.error && <ErrorNote error={mails.error} onRetry={() => void mails.refetch()} />}
      {mails.data && rows.length === 0 && <p className={styles.quiet}>{t('none')}</p>}
      {rows.length > 0 && (
        <Table
          label={t('title')}
          rows={rows}
          rowKey={(mail) => mail.id}
          columns={[
            {
              key: 'nature',
              title: t('nature'),
              render: (mail) => <Badge tone={mail.error === null ? 'neutral' : 'danger'}>{t(natureOf(mail))}</Badge>,
            },
            { key: 'from', title: t('from'), wrap: true, render: (mail) => <bdi>{mail.people.join(', ')}</bdi> },
            { key: 'subject', title: t('subject'), grow: true, render: (mail) => <bdi>{mail.subject}</bdi> },
            { key: 'at', title: t('at'), wideOnly: true, render: (mail) => formatDateTime(mail.received_at) },
            ...(mayRead ? [{ key: 'original', title: t('original'), titleHidden: true, align: 'end' as const, render: original }] : []),
          ]}
        />
      )}
      <LoadMore hasMore={mails.hasNextPage} busy={mails.isFetchingNextPage} onClick={() => void mails.fetchNextPage()} />
    </Section>
  );
}
