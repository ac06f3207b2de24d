// One view: its name, its conditions, its order, and who sees it.
import { useState } from 'react';
import type { Audience, ConversationFilter, SavedView, ViewSort } from '@qingniao/shared/api';
import { useResourceForm } from '../../../../api';
import { hasRole, useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { Button, Dialog, Field, fieldError, SaveError, Select, TextInput, toast } from '../../../../ui';
import { settingsMessages } from '../../../settings/messages';
import { messages } from '../../messages';
import { viewMessages } from '../../messages/views';
import { EVERYTHING } from '../../model/filter';
import { useLookups } from '../lookups';
import { Conditions, WAITING_MAX } from './Conditions';

interface Draft {
  name: string;
  filter: ConversationFilter;
  sort: ViewSort;
  audience: Audience;
}

export interface ViewDialogProps {
  /** Null: a new one. */
  view: SavedView | null;
  /** What a new one begins with. */
  from: ConversationFilter | null;
  onClose(): void;
  onSaved(view: SavedView): void;
}

export function ViewDialog({ view, from, onClose, onSaved }: ViewDialogProps) {
  const t = useT(viewMessages);
  const words = useT(messages);
  const common = useT(settingsMessages);
  const [checked, setChecked] = useState(false);
  const form = useResourceForm<SavedView, Draft>({
    name: 'views',
    object: view,
    toDraft: (object) =>
      object === null
        ? { name: '', filter: from ?? EVERYTHING, sort: 'recent', audience: { kind: 'private' } }
        : { name: object.name, filter: object.filter, sort: object.sort, audience: object.audience },
    toBody: (draft) => draft,
  });
  const { name, filter, sort, audience } = form.draft;
  const nameProblem = name.trim() === '' ? common('needed') : undefined;
  const minutes = filter.waiting_minutes;
  const minutesFit = minutes === null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= WAITING_MAX);

  async function submit(): Promise<void> {
    setChecked(true);
    if (nameProblem !== undefined || !minutesFit) return;
    const saved = await form.save();
    if (saved === null) return;
    toast.success(common('saved'));
    onSaved(saved);
    onClose();
  }

  return (
    <Dialog
      open
      kind="side"
      onClose={onClose}
      title={t(view === null ? 'newView' : 'editView')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {common(view === null ? 'create' : 'save')}
          </Button>
        </>
      }
    >
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      <Field label={t('viewName')} error={fieldError(form.error, 'name') ?? (checked ? nameProblem : undefined)}>
        {(control) => (
          <TextInput {...control} autoFocus maxLength={40} placeholder={t('viewNameHint')} value={name} onChange={(event) => form.set({ name: event.target.value })} />
        )}
      </Field>
      <Conditions filter={filter} error={form.error} onChange={(change) => form.set({ filter: { ...filter, ...change } })} />
      <Field label={words('sort')}>
        {(control) => (
          <Select<ViewSort>
            {...control}
            value={sort}
            onChange={(next) => form.set({ sort: next })}
            options={[
              { value: 'recent', label: words('sortRecent') },
              { value: 'oldest_waiting', label: words('sortWaiting') },
            ]}
          />
        )}
      </Field>
      <WhoSees audience={audience} onChange={(next) => form.set({ audience: next })} />
    </Dialog>
  );
}

/** Only what the person may choose, and what is chosen already. */
function WhoSees({ audience, onChange }: { audience: Audience; onChange(audience: Audience): void }) {
  const t = useT(viewMessages);
  const { user } = useSession();
  const { teams } = useLookups();
  const leads = hasRole(user.role, 'supervisor');
  const value = audience.kind === 'team' ? audience.team_id : audience.kind;
  const shared = teams.filter((team) => leads || user.team_ids.includes(team.id) || team.id === value);
  const options = [
    { value: 'private', label: t('private') },
    ...shared.map((team) => ({ value: team.id, label: t('audienceTeam', { team: team.name }) })),
    ...(leads || value === 'everyone' ? [{ value: 'everyone', label: t('everyone') }] : []),
  ];
  const choose = (next: string) => onChange(next === 'private' || next === 'everyone' ? { kind: next } : { kind: 'team', team_id: next });
  return <Field label={t('visibleTo')}>{(control) => <Select {...control} value={value} onChange={choose} options={options} />}</Field>;
}
