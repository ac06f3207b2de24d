import type { ChannelKind, Language, TeamView } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Columns, Field, fieldError, Section, Select, Switch, TextInput } from '../../../ui';
import { settingsMessages } from '../../settings/messages';
import { inboxMessages } from '../messages';
import { asksByMessage, hasVisitors, type InboxDraft } from '../model/draft';
import type { TabProps } from './InboxDetail';

export function GeneralTab({ draft, set, problems, error, teams, channel }: TabProps & { teams: readonly TeamView[]; channel: ChannelKind }) {
  const t = useT(inboxMessages);
  const common = useT(settingsMessages);
  const edit = (patch: Partial<InboxDraft['widget']>) => set({ widget: { ...draft.widget, ...patch } });
  return (
    <Section title={t('tabGeneral')}>
      <Columns>
        <Field label={t('name')} hint={t('nameHint')} error={fieldError(error, 'name') ?? (problems?.name ? common('needed') : undefined)}>
          {(control) => <TextInput {...control} maxLength={80} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}
        </Field>
        <Field label={t('team')} error={fieldError(error, 'team_id')}>
          {(control) => (
            <Select
              {...control}
              value={draft.team_id}
              onChange={(team_id) => set({ team_id })}
              options={[{ value: '', label: t('noTeam') }, ...teams.map((team) => ({ value: team.id, label: team.name }))]}
            />
          )}
        </Field>
        <Field label={t('language')} hint={t('languageHint')}>
          {(control) => (
            <Select<Language>
              {...control}
              value={draft.language}
              onChange={(language) => set({ language })}
              options={[
                { value: 'zh-CN', label: '简体中文' },
                { value: 'en', label: 'English' },
              ]}
            />
          )}
        </Field>
        <Field label={t('reopen')} hint={t('reopenHint')} error={fieldError(error, 'reopen_window_ms') ?? (problems?.reopen ? t('reopenBad') : undefined)}>
          {(control) => (
            <TextInput {...control} type="number" min={0} step="any" value={draft.reopen_hours} onChange={(event) => set({ reopen_hours: event.target.value })} />
          )}
        </Field>
      </Columns>
      <Switch label={t('bot')} hint={t('botHint')} checked={draft.bot_enabled} onChange={(bot_enabled) => set({ bot_enabled })} />
      {asksByMessage(channel) && (
        <Switch label={t('csat')} hint={t('csatByMessageHint')} checked={draft.widget.csat_by_message} onChange={(csat_by_message) => edit({ csat_by_message })} />
      )}
      {hasVisitors(channel) && (
        <Switch label={t('deviceLinks')} hint={t('deviceLinksHint')} checked={draft.widget.device_links} onChange={(device_links) => edit({ device_links })} />
      )}
    </Section>
  );
}
