// Chooses the messages that go on in a conversation of their own, and who works on it.
import { useState } from 'react';
import type { ConversationView, MessageView } from '@qingniao/shared/api';
import { navigate } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Button, Checkbox, Dialog, ErrorNote, Field, Select, toast } from '../../ui';
import { useConversationActions } from '../conversations/api/actions';
import type { CaseMessage } from '../conversations/model/case';
import { messages as words } from '../conversations/messages';
import { contactName } from '../conversations/model/names';
import { useLookups } from '../conversations/ui/lookups';
import styles from './Cases.module.css';
import { caseMessages } from './messages';

export interface SplitDialogProps {
  conversation: ConversationView;
  items: readonly CaseMessage[];
  /** The message it was asked for; none: none is chosen yet. */
  from: MessageView | null;
  onClose(): void;
}

/** Whether a message can be split off this conversation at all. */
export function canSplit(message: CaseMessage, conversationId: string): boolean {
  const said = message.kind === 'incoming' || message.kind === 'outgoing';
  return said && message.recalled_at === null && message.conversation_id === conversationId && message.splitTo === undefined;
}

const WORDS_MAX = 120;

/** Enough to know a message by, without its markdown. */
function firstWords({ content }: MessageView): string {
  const plain = content.text.replace(/[*_#>`]+/g, '').replace(/\s+/g, ' ').trim();
  return plain.length > WORDS_MAX ? `${plain.slice(0, WORDS_MAX)}…` : plain || (content.attachments?.[0]?.name ?? '');
}

export default function SplitDialog({ conversation, items, from, onClose }: SplitDialogProps) {
  const t = useT(caseMessages);
  const w = useT(words);
  const { formatDateTime } = useFormat();
  const { teams } = useLookups();
  const { tie } = useConversationActions();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(from === null ? [] : [from.id]));
  const [team, setTeam] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const offered = items.filter((message) => canSplit(message, conversation.id));
  const asks = offered.some((message) => message.kind === 'incoming' && chosen.has(message.id));

  const whose = ({ author }: MessageView): string =>
    author.kind === 'contact' ? contactName(conversation.contact, w) : author.kind === 'bot' ? t('bot') : author.name;

  const toggle = (id: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const made = await tie({ do: 'split', id: conversation.id, messages: [...chosen], ...(team === '' ? {} : { team_id: team }) });
      toast.success(t('done'));
      onClose();
      if (team === '') navigate(`/conversations/${made.to}`);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('splitTitle')}
      description={t('splitText')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" icon="split" busy={busy} disabled={!asks}>
            {t('splitDo', { n: chosen.size })}
          </Button>
        </>
      }
    >
      <fieldset className={styles.messages}>
        <legend className={styles.legend}>{t('chooseMessages')}</legend>
        {offered.map((message) => (
          <Checkbox
            key={message.id}
            checked={chosen.has(message.id)}
            onChange={(on) => toggle(message.id, on)}
            label={firstWords(message)}
            hint={`${whose(message)} · ${formatDateTime(message.created_at)}`}
          />
        ))}
      </fieldset>
      {!asks && <p className={styles.hint}>{t('splitNeedsCustomer')}</p>}
      <Field label={t('splitTo')}>
        {(control) => (
          <Select
            {...control}
            value={team}
            onChange={setTeam}
            options={[{ value: '', label: t('me') }, ...teams.map((one) => ({ value: one.id, label: t('teamQueue', { name: one.name }) }))]}
          />
        )}
      </Field>
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}
