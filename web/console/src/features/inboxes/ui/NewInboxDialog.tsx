import { useState } from 'react';
import type { ChannelKind, InboxView, TeamView } from '@qingniao/shared/api';
import { useResourceForm } from '../../../api';
import { navigate } from '../../../app/router';
import { useLanguage, useT } from '../../../i18n';
import { Button, cx, Dialog, Field, fieldError, FieldSet, Icon, Loading, SaveError, Select, TextInput, toast } from '../../../ui';
import { settingsMessages } from '../../settings/messages';
import { useChannelKinds } from '../api';
import { inboxMessages } from '../messages';
import { cleaned, fieldsOf, missing, wordsOf, type Settings } from '../model/schema';
import { SchemaForm } from './SchemaForm';
import styles from './NewInboxDialog.module.css';

interface Draft {
  name: string;
  channel: ChannelKind;
  team_id: string;
  platform: Settings;
}

const toDraft = (): Draft => ({ name: '', channel: 'web', team_id: '', platform: {} });
/** These have words and tabs of their own. */
const OWN: readonly ChannelKind[] = ['web', 'api'];

/** Only what must be known at the start; the rest has its defaults and its own page. */
export function NewInboxDialog({ teams, onClose }: { teams: readonly TeamView[]; onClose: () => void }) {
  const t = useT(inboxMessages);
  const common = useT(settingsMessages);
  const language = useLanguage();
  const form = useResourceForm<InboxView, Draft>({
    name: 'inboxes',
    object: null,
    toDraft,
    toBody: (draft) => ({
      name: draft.name.trim(),
      channel: draft.channel,
      team_id: draft.team_id || null,
      language,
      ...(OWN.includes(draft.channel) ? {} : { channel_settings: cleaned(draft.platform) }),
    }),
  });
  const [checked, setChecked] = useState(false);
  const { draft, set } = form;
  const kinds = useChannelKinds();
  const kind = kinds.data?.find((one) => one.kind === draft.channel);
  const fields = kind && !OWN.includes(draft.channel) ? fieldsOf(kind.settings_schema, language) : [];
  const lacking = missing(fields, draft.platform, []);
  const hintOf = (channel: ChannelKind) => {
    if (channel === 'web' || channel === 'api') return t(channel === 'web' ? 'webHint' : 'apiHint');
    const schema = kinds.data?.find((one) => one.kind === channel)?.settings_schema;
    return schema ? wordsOf(schema, language).description : '';
  };
  async function submit() {
    setChecked(true);
    if (!draft.name.trim() || lacking.length > 0) return;
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
        {kinds.isPending && <Loading />}
        {[...OWN, ...(kinds.data ?? []).map((one) => one.kind).filter((one) => !OWN.includes(one))].map((channel) => (
          <label key={channel} className={cx(styles.choice, draft.channel === channel && styles.chosen)}>
            <input type="radio" name="channel" className={styles.radio} checked={draft.channel === channel} onChange={() => set({ channel, platform: {} })} />
            <Icon name={channel === 'api' ? 'code' : 'chat'} size={20} />
            <span>
              <span className={styles.label}>{t(channel)}</span>
              <span className={styles.hint}>{hintOf(channel)}</span>
            </span>
          </label>
        ))}
      </FieldSet>
      {fields.length > 0 && (
        <SchemaForm
          fields={fields}
          settings={draft.platform}
          kept={[]}
          lacking={checked ? lacking : []}
          error={form.error}
          onChange={(platform) => set({ platform })}
        />
      )}
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
