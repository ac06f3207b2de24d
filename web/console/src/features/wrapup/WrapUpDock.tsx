// The form for a conversation that was just closed, in a corner above whatever page one is on. It does not take the keyboard by force:
// other customers may be waiting in other conversations.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { WrapUpView } from '@qingniao/shared/presence';
import { api } from '../../api';
import { useFormat, useLanguage, useT } from '../../i18n';
import { Badge, Button, Field, Select, TextArea, toast } from '../../ui';
import { useConversation } from '../conversations/api/queries';
import { messages } from '../conversations/messages';
import { contactName } from '../conversations/model/names';
import { useNow } from '../conversations/ui/clock';
import { place, useForm } from './api';
import { wrapUpMessages } from './messages';
import { leaves } from './model';
import styles from './WrapUp.module.css';

export default function WrapUpDock({ open }: { open: WrapUpView[] }) {
  const first = open[0];
  return first === undefined ? null : <Dock key={place(first)} asked={first} more={open.length - 1} />;
}

function Dock({ asked, more }: { asked: WrapUpView; more: number }) {
  const t = useT(wrapUpMessages);
  const words = useT(messages);
  const zh = useLanguage() === 'zh-CN';
  const client = useQueryClient();
  const form = useForm();
  const { data: conversation } = useConversation(asked.conversation_id);
  const [category, setCategory] = useState('');
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const choices = leaves(form.data?.categories ?? [], zh);
  const missing = asked.required && category === '' && choices.length > 0;

  const settle = async (work: () => Promise<unknown>, told?: string): Promise<void> => {
    setBusy(true);
    try {
      await work();
      if (told) toast.success(told);
      // What is still to write, and what stands beside the conversation.
      await client.invalidateQueries({ queryKey: ['presence'] });
    } catch (error) {
      toast.error(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const save = (): void => {
    if (!missing && !busy) void settle(() => api.put(place(asked), { category: category || null, note }), t('saved'));
  };
  return (
    <section
      className={styles.dock}
      aria-label={t('title')}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) save();
      }}
    >
      <header className={styles.head}>
        <h2>{t('title')}</h2>
        {asked.required && <Badge tone="warning">{t('required')}</Badge>}
        <TimeLeft until={asked.until_at} />
      </header>
      <p className={styles.text}>
        {conversation && <bdi>{t('dockText', { contact: contactName(conversation.contact, words) })}</bdi>} {t('paused')}
      </p>
      {choices.length > 0 && (
        <Field label={t('category')}>{(control) => <Select {...control} value={category} onChange={setCategory} options={choices} />}</Field>
      )}
      <Field label={t('note')} hint={t('noteHint')}>
        {(control) => <TextArea {...control} rows={3} maxLength={4_000} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <div className={styles.actions}>
        {more > 0 && <span className={styles.text}>{t('more', { n: more })}</span>}
        {!asked.required && (
          <Button size="sm" disabled={busy} onClick={() => void settle(() => api.delete(place(asked)))}>
            {t('skip')}
          </Button>
        )}
        <Button size="sm" variant="primary" busy={busy} disabled={missing} onClick={save}>
          {t('save')}
        </Button>
      </div>
    </section>
  );
}

function TimeLeft({ until }: { until: number }) {
  const t = useT(wrapUpMessages);
  const { formatDuration } = useFormat();
  const left = until - useNow('second');
  const time = formatDuration(Math.abs(left));
  return <span className={left < 0 ? styles.over : styles.left}>{t(left < 0 ? 'over' : 'left', { time })}</span>;
}
