// What was written about a conversation each time it was closed, in the right pane.
import type { ConversationView } from '@qingniao/shared/api';
import type { WrapUpView } from '@qingniao/shared/presence';
import { useFormat, useLanguage, useT } from '../../i18n';
import { ErrorNote, Loading } from '../../ui';
import { useLookups } from '../conversations/ui/lookups';
import { useForm, useWrapUps } from './api';
import { wrapUpMessages } from './messages';
import { leaves } from './model';
import styles from './WrapUp.module.css';

export default function WrapUpList({ conversation }: { conversation: ConversationView }) {
  const t = useT(wrapUpMessages);
  const { data, error } = useWrapUps(conversation.id, conversation.version);
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Loading />;
  if (data.length === 0) return <p className={styles.text}>{t('none')}</p>;
  return (
    <ol className={styles.list}>
      {[...data].reverse().map((written) => (
        <One key={written.began_at} written={written} />
      ))}
    </ol>
  );
}

function One({ written }: { written: WrapUpView }) {
  const t = useT(wrapUpMessages);
  const zh = useLanguage() === 'zh-CN';
  const { formatDateTime } = useFormat();
  const { user } = useLookups();
  const form = useForm();
  const name = user(written.agent_id)?.name ?? '';
  const category = leaves(form.data?.categories ?? [], zh).find((choice) => choice.value === written.category)?.label ?? written.category;
  const nothing = written.ended_at === null ? t('open', { name }) : written.saved_at === null ? t('skipped') : null;
  return (
    <li>
      {category && <strong>{category}</strong>}
      {nothing !== null && <span className={styles.text}>{nothing}</span>}
      {written.note && (
        <p className={styles.note} dir="auto">
          {written.note}
        </p>
      )}
      <p className={styles.text}>
        <bdi>{t('by', { name })}</bdi> · {formatDateTime(written.saved_at ?? written.began_at)}
      </p>
    </li>
  );
}
