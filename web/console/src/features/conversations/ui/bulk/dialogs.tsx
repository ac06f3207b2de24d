// What a bulk act needs to know before it runs, and why some were not done.
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { BulkAction, BulkRefused, CannedResponseView } from '@qingniao/shared/api';
import { useAll } from '../../../../api';
import { useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { Button, Dialog, Field, MultiSelect, Select } from '../../../../ui';
import { knownConversation } from '../../api/cache';
import { messages } from '../../messages';
import { bulkMessages } from '../../messages/bulk';
import { contactName } from '../../model/names';
import { useLookups } from '../lookups';
import styles from './BulkBar.module.css';

interface AskProps {
  n: number;
  onClose(): void;
  onChoose(action: BulkAction): void;
}

export function LabelDialog({ n, onClose, onChoose }: AskProps) {
  const t = useT(bulkMessages);
  const words = useT(messages);
  const { labels } = useLookups();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const options = labels.map(({ name }) => ({ value: name, label: name }));
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('labelTitle', { n })}
      onSubmit={() => onChoose({ do: 'change_labels', add, remove })}
      footer={
        <>
          <Button onClick={onClose}>{words('cancel')}</Button>
          <Button type="submit" variant="primary" disabled={add.length + remove.length === 0}>
            {t('apply')}
          </Button>
        </>
      }
    >
      <Field label={t('labelAdd')}>
        {(control) => <MultiSelect {...control} value={add} onChange={setAdd} options={options.filter(({ value }) => !remove.includes(value))} placeholder={t('noneChosen')} />}
      </Field>
      <Field label={t('labelRemove')}>
        {(control) => <MultiSelect {...control} value={remove} onChange={setRemove} options={options.filter(({ value }) => !add.includes(value))} placeholder={t('noneChosen')} />}
      </Field>
    </Dialog>
  );
}

export function PassDialog({ n, onClose, onChoose }: AskProps) {
  const t = useT(bulkMessages);
  const words = useT(messages);
  const { user: me } = useSession();
  const { teams, users } = useLookups();
  const [to, setTo] = useState('');
  const colleagues = users.filter((user) => user.id !== me.id && !user.disabled && !user.service);
  const options = [
    ...teams.map(({ id, name }) => ({ value: id, label: t('groupTeam', { name }) })),
    ...colleagues.map(({ id, name }) => ({ value: id, label: t('groupAgent', { name }) })),
  ];
  const isTeam = teams.some((team) => team.id === to);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('passTitle', { n })}
      description={t('passText')}
      onSubmit={() => onChoose(isTeam ? { do: 'to_team', team_id: to } : { do: 'to_agent', agent_id: to })}
      footer={
        <>
          <Button onClick={onClose}>{words('cancel')}</Button>
          <Button type="submit" variant="primary" icon="transfer" disabled={to === ''}>
            {words('transfer')}
          </Button>
        </>
      }
    >
      <Field label={t('passTo')}>{(control) => <Select {...control} value={to} onChange={setTo} options={options} />}</Field>
    </Dialog>
  );
}

export function CannedDialog({ n, onClose, onChoose }: AskProps) {
  const t = useT(bulkMessages);
  const words = useT(messages);
  const canned = useAll<CannedResponseView>('canned-responses').data ?? [];
  const [id, setId] = useState('');
  const chosen = canned.find((one) => one.id === id);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('cannedTitle', { n })}
      description={t('cannedText')}
      onSubmit={() => onChoose({ do: 'canned', id })}
      footer={
        <>
          <Button onClick={onClose}>{words('cancel')}</Button>
          <Button type="submit" variant="primary" icon="send" disabled={chosen === undefined}>
            {t('cannedSend', { n })}
          </Button>
        </>
      }
    >
      <Field label={t('cannedPick')} hint={canned.length === 0 ? t('cannedNone') : undefined}>
        {(control) => <Select {...control} value={id} onChange={setId} options={canned.map((one) => ({ value: one.id, label: `/${one.shortcut}`, hint: one.text.slice(0, 60) }))} />}
      </Field>
      {chosen !== undefined && <p className={styles.words}>{chosen.text}</p>}
    </Dialog>
  );
}

export function ReasonsDialog({ refused, onClose }: { refused: BulkRefused[]; onClose(): void }) {
  const t = useT(bulkMessages);
  const words = useT(messages);
  const client = useQueryClient();
  const nameOf = (id: string): string => {
    const known = knownConversation(client, id);
    return known === null ? id : contactName(known.contact, words);
  };
  return (
    <Dialog open onClose={onClose} title={t('reasonsTitle')} footer={<Button onClick={onClose}>{words('close')}</Button>}>
      <ul className={styles.refused}>
        {refused.map(({ id, detail }) => (
          <li key={id}>
            <span dir="auto">{nameOf(id)}</span>
            <span className={styles.why}>{detail}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
