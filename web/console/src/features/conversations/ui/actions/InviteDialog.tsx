// Asks a colleague in, who then answers beside the owner; whoever is in can be asked out here.
import { useMemo, useState, type ReactNode } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { Avatar, Button, Dialog, ErrorNote, Field, TextInput } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { usePinyin } from '../../api/use-pinyin';
import { messages } from '../../messages';
import { inviteMessages } from '../../messages/invite';
import { search } from '../../model/fuzzy';
import { searchKeys } from '../../model/pinyin';
import { ownerAgentId, useLookups } from '../lookups';
import styles from './actions.module.css';

export interface InviteDialogProps {
  conversation: ConversationView;
  /** May ask others out. */
  leads: boolean;
  onClose(): void;
}

export function InviteDialog({ conversation: c, leads, onClose }: InviteDialogProps) {
  const t = useT(inviteMessages);
  const words = useT(messages);
  const me = useSession().user.id;
  const { users, user } = useLookups();
  const { invite, leave } = useConversationActions();
  const speak = usePinyin();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const found = useMemo(() => {
    const owner = ownerAgentId(c.owner);
    const free = users.filter((one) => !one.disabled && !one.service && one.id !== me && one.id !== owner && !c.participants.includes(one.id));
    return search(free.map((value) => ({ value, keys: searchKeys(speak, value.name) })), typed, 50);
  }, [users, c, me, speak, typed]);

  const run = async (id: string, deed: () => Promise<void>): Promise<void> => {
    setBusy(id);
    setError(null);
    await deed().catch(setError);
    setBusy(null);
  };

  return (
    <Dialog open onClose={onClose} title={t('inviteTitle')} description={t('inviteText')} footer={<Button onClick={onClose}>{words('close')}</Button>}>
      {error !== null && <ErrorNote error={error} />}
      {c.participants.length > 0 && (
        <>
          <p className={styles.groupLabel} id="invite-in">
            {t('inviteIn')}
          </p>
          <ul className={styles.choices} aria-labelledby="invite-in">
            {c.participants.map((id) => (
              <Colleague key={id} id={id} name={user(id)?.name ?? words('unknownAgent')}>
                {(leads || id === me) && (
                  <Button size="sm" busy={busy === id} onClick={() => void run(id, () => leave(c.id, id))}>
                    {t(id === me ? 'leave' : 'askOut')}
                  </Button>
                )}
              </Colleague>
            ))}
          </ul>
        </>
      )}
      <Field label={t('inviteWho')}>
        {(control) => <TextInput {...control} icon="search" autoFocus value={typed} placeholder={t('inviteSearch')} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      <ul className={styles.choices} aria-label={t('inviteWho')}>
        {found.map((one) => (
          <Colleague key={one.id} id={one.id} name={one.name}>
            <Button size="sm" icon="plus" busy={busy === one.id} aria-label={t('inviteOne', { name: one.name })} onClick={() => void run(one.id, () => invite(c.id, one.id))}>
              {t('invite')}
            </Button>
          </Colleague>
        ))}
        {found.length === 0 && <li className={styles.nothing}>{words('noAgents')}</li>}
      </ul>
    </Dialog>
  );
}

function Colleague({ id, name, children }: { id: string; name: string; children: ReactNode }) {
  return (
    <li className={styles.colleague}>
      <Avatar name={name} seed={id} size="sm" />
      <span className={styles.choiceName} dir="auto">
        {name}
      </span>
      {children}
    </li>
  );
}
