// Reading along: the thread as it grows, a whisper to the agent, and taking over. Unlike the conversation's own page it tells nobody that it
// is open (no `viewing`, no read report); opening it is kept on record by the server.
import { useEffect, useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AgentNow, TalkNow } from '@qingniao/shared/api';
import { api, path } from '../../api';
import { navigate } from '../../app/router';
import { useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, Loading, TextInput } from '../../ui';
import { PlainThread } from '../conversations/ui/thread/PlainThread';
import { useCalled } from './Boards';
import { floorMessages } from './messages';
import { useKept } from './Record';
import { useWhispers } from './Whispers';
import styles from './Floor.module.css';

export function Monitor({ talk, agents, onClose }: { talk: TalkNow; agents: AgentNow[]; onClose: () => void }) {
  const t = useT(floorMessages);
  const kept = useKept();
  const called = useCalled();
  const id = talk.conversation_id;
  const agent = agents.find((one) => one.user_id === talk.agent_id)?.name ?? t('agent');
  const begun = useMutation({ mutationFn: () => api.post(path('/conversations/{}/monitor', id)), onSuccess: kept });
  const { mutate: begin } = begun;
  useEffect(() => begin(), [begin]);
  return (
    <Dialog open kind="side" title={t('monitorOf', { name: called(talk) })} description={t('monitorText', { agent })} onClose={onClose}>
      {begun.error && <ErrorNote error={begun.error} />}
      {begun.isPending && <Loading />}
      {begun.isSuccess && (
        <>
          <PlainThread id={id} customer={called(talk)} bot={t('botAuthor')} follow className={styles.thread} />
          <Whisper id={id} />
          <TakeOver id={id} />
        </>
      )}
    </Dialog>
  );
}

function Whisper({ id }: { id: string }) {
  const t = useT(floorMessages);
  const kept = useKept();
  const queries = useQueryClient();
  const { data = [] } = useWhispers(id);
  const [text, setText] = useState('');
  const send = useMutation({
    mutationFn: () => api.post(path('/conversations/{}/whispers', id), { text }),
    onSuccess: () => {
      setText('');
      kept();
      void queries.invalidateQueries({ queryKey: ['whispers', id] });
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '' && !send.isPending) send.mutate();
      }}
    >
      <ul className={styles.lines}>
        {data.slice(-3).map((one) => (
          <li key={one.id}>
            <strong>{t('from', { name: one.actor_name })}</strong>
            <p>{one.text}</p>
          </li>
        ))}
      </ul>
      <Field label={t('whisper')} hint={t('whisperHint')}>
        {(control) => <TextInput {...control} value={text} maxLength={1000} onChange={(event) => setText(event.target.value)} />}
      </Field>
      {send.error && <ErrorNote error={send.error} />}
      <Button type="submit" busy={send.isPending} disabled={text.trim() === ''}>
        {t('send')}
      </Button>
    </form>
  );
}

function TakeOver({ id }: { id: string }) {
  const t = useT(floorMessages);
  const [reason, setReason] = useState('');
  const take = useMutation({
    mutationFn: () => api.post(path('/conversations/{}/take-over', id), { reason }),
    onSuccess: () => navigate(`/conversations/${id}`),
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== '' && !take.isPending) take.mutate();
      }}
    >
      <h3 className={styles.heading}>{t('takeOver')}</h3>
      <Field label={t('reason')} hint={t('takeOverText')}>
        {(control) => <TextInput {...control} value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      {take.error && <ErrorNote error={take.error} />}
      <Button type="submit" variant="primary" busy={take.isPending} disabled={reason.trim() === ''}>
        {t('takeOver')}
      </Button>
    </form>
  );
}
