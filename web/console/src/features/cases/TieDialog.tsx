// Chooses the conversation to merge into, or to link: those of the same customer first, any other by search.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ConversationView, Page } from '@qingniao/shared/api';
import { api } from '../../api';
import { navigate } from '../../app/router';
import { useDebounced } from '../../commands/use-search-hits';
import { useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, TextInput, toast } from '../../ui';
import { useConversationActions } from '../conversations/api/actions';
import { useContactConversations } from '../conversations/api/timeline';
import styles from '../conversations/ui/actions/actions.module.css';
import { Choices } from './Choices';
import { caseMessages } from './messages';

export interface TieDialogProps {
  kind: 'merge' | 'link';
  conversation: ConversationView;
  /** Chosen at first. */
  into?: string | undefined;
  onClose(): void;
}

export default function TieDialog({ kind, conversation, into, onClose }: TieDialogProps) {
  const t = useT(caseMessages);
  const { tie } = useConversationActions();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | null>(into ?? null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fits = (c: ConversationView): boolean =>
    c.id !== conversation.id && (kind === 'link' || (c.status !== 'resolved' && c.merged_into === null));
  const theirs = (useContactConversations(conversation.contact.id).data ?? []).filter(fits);
  const q = useDebounced(typed.trim(), 200);
  const search = useQuery({
    queryKey: ['conversations', 'tie-picker', q],
    queryFn: ({ signal }) => api.get<Page<ConversationView>>('/conversations', { q, limit: 20 }, signal),
    enabled: q !== '',
  });
  const found = (search.data?.items ?? []).filter((c) => fits(c) && !theirs.some((own) => own.id === c.id));

  const submit = async (): Promise<void> => {
    if (chosen === null) return;
    setBusy(true);
    setError(null);
    try {
      if (kind === 'merge') {
        await tie({ do: 'merge', id: conversation.id, into: chosen });
        navigate(`/conversations/${chosen}`);
      } else {
        await tie({ do: 'link', id: conversation.id, to: chosen });
      }
      toast.success(t('done'));
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={t(kind === 'merge' ? 'mergeTitle' : 'linkTitle')}
      description={t(kind === 'merge' ? 'mergeText' : 'linkText')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" icon={kind === 'merge' ? 'merge' : 'link'} busy={busy} disabled={chosen === null}>
            {t(kind)}
          </Button>
        </>
      }
    >
      <Field label={t('find')}>
        {(control) => <TextInput {...control} icon="search" value={typed} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      <div className={styles.scroll}>
        <Choices label={t('ofPerson')} items={theirs} chosen={chosen} onChoose={setChosen} />
        {q !== '' && <Choices label={t('found')} items={found} chosen={chosen} onChoose={setChosen} />}
        {theirs.length === 0 && found.length === 0 && !search.isLoading && <p className={styles.nothing}>{t('nothing')}</p>}
      </div>
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}
