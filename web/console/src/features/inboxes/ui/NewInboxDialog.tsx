import { useState } from 'react';
import type { ChannelKind, InboxView, TeamView } from '@qingniao/shared/api';
import { useResourceForm } from '../../../api';
import { navigate } from '../../../app/router';
import { useLanguage, useT } from '../../../i18n';
import { Button, cx, Dialog, Field, fieldError, FieldSet, Icon, SaveError, Select, TextInput, toast } from '../../../ui';
import { settingsMessages } from '../../settings/messages';
import { inboxMessages } from '../messages';
import styles from './NewInboxDialog.module.css';

interface Draft {
  name: string;
  channel: ChannelKind;
  team_id: string;
}

const toDraft = (): Draft => ({ name: '', channel: 'web', team_id: '' });

/** Only what must be known at the start; the rest has its defaults and its own page. */
export function NewInboxDialog({ teams, onClose }: { teams: readonly TeamView[]; onClose: () => void }) {
  const t = useT(inboxMessages);
  const common = useT(settingsMessages);
  const language = useLanguage();
  const form = useResourceForm<InboxView, Draft>({
    name: 'inboxes',
    object: null,
    toDraft,
    toBody: (draft) => ({ name: draft.name.trim(), channel: draft.channel, team_id: draft.team_id || null, language }),
  });
  const [checked, setChecked] = useState(false);
  const { draft, set } = form;
  async function submit() {
    setChecked(true);
    if (!draft.name.trim()) return;
    const saved = await form.save();
    if (!saved) return;
    toast.success(common('created'));
    onClose();
    navigate(`/settings/inboxes/${saved.id}`);
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('new')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {common('create')}
          </Button>
        </>
      }
    >
      <SaveError error={form.error} onReload={() => undefined} />
      <FieldSet legend={t('channel')}>
        {(['web', 'api'] as const).map((channel) => (
          <label key={channel} className={cx(styles.choice, draft.channel === channel && styles.chosen)}>
            <input type="radio" name="channel" className={styles.radio} checked={draft.channel === channel} onChange={() => set({ channel })} />
            <Icon name={channel === 'web' ? 'chat' : 'code'} size={20} />
            <span>
              <span className={styles.label}>{t(channel)}</span>
              <span className={styles.hint}>{t(channel === 'web' ? 'webHint' : 'apiHint')}</span>
            </span>
          </label>
        ))}
      </FieldSet>
      <Field label={t('name')} hint={t('nameHint')} error={fieldError(form.error, 'name') ?? (checked && !draft.name.trim() ? common('needed') : undefined)}>
        {(control) => <TextInput {...control} maxLength={80} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}
      </Field>
      <Field label={t('team')}>
        {(control) => (
          <Select
            {...control}
            value={draft.team_id}
            onChange={(team_id) => set({ team_id })}
            options={[{ value: '', label: t('noTeam') }, ...teams.map((team) => ({ value: team.id, label: team.name }))]}
          />
        )}
      </Field>
    </Dialog>
  );
}
