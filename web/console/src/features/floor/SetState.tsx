// Sets a colleague's state, with a reason that is kept.
import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { AgentNow } from '@qingniao/shared/api';
import { api, path } from '../../api';
import { useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, Segmented, TextInput, toast } from '../../ui';
import { floorMessages } from './messages';
import { useKept } from './Record';

const STATES = ['online', 'busy', 'offline'] as const;
type State = (typeof STATES)[number];

export function SetState({ agent, onClose }: { agent: AgentNow; onClose: () => void }) {
  const t = useT(floorMessages);
  const kept = useKept();
  const [presence, setPresence] = useState<State>(agent.state === 'online' ? 'busy' : 'online');
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: () => api.put(path('/users/{}/presence', agent.user_id), { presence, reason }),
    onSuccess: () => {
      toast.success(t('done'));
      kept();
      onClose();
    },
  });
  return (
    <Dialog
      open
      title={t('setFor', { name: agent.name })}
      onClose={onClose}
      onSubmit={() => save.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={reason.trim() === ''}>
            {t('save')}
          </Button>
        </>
      }
    >
      <Segmented label={t('state')} value={presence} onChange={setPresence} options={STATES.map((value) => ({ value, label: t(value) }))} />
      <Field label={t('reason')} hint={t('reasonHint')}>
        {(control) => <TextInput {...control} value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      {save.error && <ErrorNote error={save.error} />}
    </Dialog>
  );
}
