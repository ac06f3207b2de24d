// Hands a conversation to a colleague, who may accept or decline, or to a team's queue. A note goes along, and a reason where the company has a list of them.
// Only its owner can offer it to a person; a queue takes it from whoever may change it.
import { useBoard } from '../../../../realtime/board';
import { useMemo, useState } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { Avatar, Button, Dialog, ErrorNote, Field, Icon, Select, TextArea, TextInput, cx } from '../../../../ui';
import { useReasonNames } from '../../../transfers/api';
import { useConversationActions } from '../../api/actions';
import { usePinyin } from '../../api/use-pinyin';
import { messages } from '../../messages';
import { search } from '../../model/fuzzy';
import { searchKeys } from '../../model/pinyin';
import { ownerAgentId, useLookups } from '../lookups';
import styles from './actions.module.css';

/** No key of a reason has a blank in it. */
const NO_REASON = ' ';

type Target = { kind: 'agent' | 'team'; id: string; name: string; hint: string; presence?: 'online' | 'busy' | 'offline' };

function useTargets(conversation: ConversationView): Target[] {
  const t = useT(messages);
  const { users, teams } = useLookups();
  const me = useSession().user.id;
  const mine = ownerAgentId(conversation.owner) === me;
  return useMemo(() => {
    const order = { online: 0, busy: 1, offline: 2 };
    const agents = (mine ? users : [])
      .filter((user) => !user.disabled && !user.service && user.id !== me)
      .map((user) => ({ ...user, presence: user.connected ? user.presence : ('offline' as const) }))
      .sort((a, b) => order[a.presence] - order[b.presence] || a.load / a.capacity - b.load / b.capacity)
      .map(
        (user): Target => ({
          kind: 'agent',
          id: user.id,
          name: user.name,
          presence: user.presence,
          hint: t('agentLoad', { load: user.load, capacity: user.capacity }),
        }),
      );
    return [...agents, ...teams.map((team): Target => ({ kind: 'team', id: team.id, name: team.name, hint: '' }))];
  }, [users, teams, me, mine, t]);
}

export function TransferDialog({ conversation, onClose }: { conversation: ConversationView; onClose(): void }) {
  const t = useT(messages);
  const actions = useConversationActions();
  const targets = useTargets(conversation);
  const speak = usePinyin();
  const board = useBoard();
  const standing = ({ id, presence = 'offline' }: Target): string => {
    const lived = board.of(id);
    if (presence === 'online' && lived?.state === 'wrap_up') return t('presenceWrapUp');
    return (presence === 'busy' && board.reasonName(lived?.reason)) || t(PRESENCE[presence]);
  };
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Target | null>(null);
  const reasons = useReasonNames();
  const [reason, setReason] = useState(NO_REASON);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const found = useMemo(() => {
    const indexed = targets.map((target) => ({ value: target, keys: searchKeys(speak, target.name) }));
    return search(indexed, typed, 100);
  }, [targets, speak, typed]);

  const submit = async (): Promise<void> => {
    if (chosen === null) return;
    setBusy(true);
    setError(null);
    const to = chosen.kind === 'agent' ? { to_agent_id: chosen.id } : { to_team_id: chosen.id };
    try {
      await actions.mustAct(conversation.id, { do: 'transfer', ...to, note: note.trim(), reason: reason === NO_REASON ? null : reason } as Parameters<typeof actions.mustAct>[1]);
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };

  const group = (kind: Target['kind'], label: string, none: string) => {
    const items = found.filter((target) => target.kind === kind);
    return (
      <>
        <p className={styles.groupLabel} id={`transfer-${kind}`}>
          {label}
        </p>
        <ul className={styles.choices} aria-labelledby={`transfer-${kind}`}>
          {items.map((target) => (
            <li key={target.id}>
              <button
                type="button"
                className={cx(styles.choice, chosen?.id === target.id && styles.chosen)}
                aria-pressed={chosen?.id === target.id}
                onClick={() => setChosen(target)}
              >
                {kind === 'agent' ? (
                  <Avatar name={target.name} seed={target.id} size="sm" {...(target.presence ? { presence: target.presence } : {})} />
                ) : (
                  <Avatar name={target.name} icon="team" size="sm" />
                )}
                <span className={styles.choiceName} dir="auto">
                  {target.name}
                </span>
                <span className={styles.choiceHint}>
                  {target.presence && `${standing(target)} · `}
                  {target.hint}
                </span>
                {chosen?.id === target.id && <Icon name="check" size={16} />}
              </button>
            </li>
          ))}
          {items.length === 0 && <li className={styles.nothing}>{none}</li>}
        </ul>
      </>
    );
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('transferTitle')}
      description={t('transferText')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" icon="transfer" busy={busy} disabled={chosen === null}>
            {t('transferSend')}
          </Button>
        </>
      }
    >
      <Field label={t('transferTo')}>
        {(control) => (
          <TextInput
            {...control}
            icon="search"
            autoFocus
            value={typed}
            placeholder={t('searchAgent')}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing || chosen !== null) return;
              event.preventDefault();
              setChosen(found[0] ?? null);
            }}
          />
        )}
      </Field>
      <div className={styles.scroll}>
        {targets.some((target) => target.kind === 'agent') && group('agent', t('transferAgent'), t('noAgents'))}
        {group('team', t('transferTeam'), t('noTeams'))}
      </div>
      {reasons.length > 0 && (
        <Field label={t('transferReason')} optional>
          {(control) => (
            <Select
              {...control}
              value={reason}
              onChange={setReason}
              options={[{ value: NO_REASON, label: t('transferNoReason') }, ...reasons.map(({ key, name }) => ({ value: key, label: name }))]}
            />
          )}
        </Field>
      )}
      <Field label={t('transferNote')} optional>
        {(control) => (
          <TextArea
            {...control}
            rows={3}
            maxLength={1000}
            value={note}
            placeholder={t('transferNotePlaceholder')}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}

const PRESENCE = { online: 'presenceOnline', busy: 'presenceBusy', offline: 'presenceOffline' } as const;
