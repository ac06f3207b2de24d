import { useState } from 'react';
import type { StoredSecretView } from '@qingniao/shared/connectors';
import { ApiError } from '../../../api';
import { useT } from '../../../i18n';
import { Button, Dialog, ErrorNote, Field, PasswordInput, TextArea, TextInput, fieldError, toast } from '../../../ui';
import { usePutSecret } from '../api';
import { secretMessages } from '../messages/secrets';
import { linesOf } from '../model/lines';

export interface SecretDialogProps {
  /** Null: a new one. */
  secret: StoredSecretView | null;
  /** Filled in for a new one, where a connector knows them. */
  hosts?: readonly string[];
  onClose: () => void;
  onSaved?: (name: string) => void;
}

export function SecretDialog({ secret, hosts: known = [], onClose, onSaved }: SecretDialogProps) {
  const t = useT(secretMessages);
  const put = usePutSecret();
  const [name, setName] = useState(secret?.name ?? '');
  const [value, setValue] = useState('');
  const [hostText, setHostText] = useState((secret?.hosts ?? known).join('\n'));
  const [note, setNote] = useState(secret?.note ?? '');
  const [tried, setTried] = useState(false);
  const hosts = linesOf(hostText);
  const hasNewHost = secret !== null && hosts.some((host) => !secret.hosts.includes(host));
  const wrong = {
    name: !/^[A-Za-z0-9._-]{1,60}$/.test(name) ? t('nameBad') : undefined,
    value: value !== '' ? undefined : secret === null ? t('valueNeeded') : hasNewHost ? t('valueForHost') : undefined,
    hosts: hosts.length === 0 ? t('hostsNeeded') : undefined,
  };

  function submit() {
    setTried(true);
    if (wrong.name || wrong.value || wrong.hosts) return;
    put.mutate(
      { name, body: { value: value === '' ? null : value, hosts, note: note.trim() } },
      {
        onSuccess: () => {
          toast.success(t('saved'));
          onSaved?.(name);
          onClose();
        },
      },
    );
  }
  const atHost = put.error instanceof ApiError ? put.error.errors.find((one) => one.field.startsWith('hosts'))?.message : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title={secret ? t('edit', { name: secret.name }) : t('new')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={put.isPending}>
            {t(secret ? 'save' : 'create')}
          </Button>
        </>
      }
    >
      {put.error && <ErrorNote error={put.error} />}
      {!secret && (
        <Field label={t('name')} hint={t('nameHint')} error={tried ? wrong.name : undefined}>
          {(control) => <TextInput {...control} autoComplete="off" spellCheck={false} maxLength={60} value={name} onChange={(event) => setName(event.target.value.trim())} />}
        </Field>
      )}
      <Field label={t('value')} hint={secret ? `${t('valueKept')}${t('valueHint')}` : t('valueHint')} optional={secret !== null && !hasNewHost} error={(tried ? wrong.value : undefined) ?? fieldError(put.error, 'value')}>
        {(control) => <PasswordInput {...control} autoComplete="new-password" spellCheck={false} value={value} onChange={(event) => setValue(event.target.value)} />}
      </Field>
      <Field label={t('hosts')} hint={t('hostsHint')} error={(tried ? wrong.hosts : undefined) ?? atHost}>
        {(control) => <TextArea {...control} rows={3} spellCheck={false} value={hostText} onChange={(event) => setHostText(event.target.value)} />}
      </Field>
      <Field label={t('note')} optional>
        {(control) => <TextInput {...control} maxLength={300} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
    </Dialog>
  );
}
