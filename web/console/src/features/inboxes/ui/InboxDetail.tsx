import { useState } from 'react';
import type { InboxView, TeamView } from '@qingniao/shared/api';
import { useAll, useOne, useRemove, useResourceForm } from '../../../api';
import { navigate, useLeaveGuard } from '../../../app/router';
import { useT } from '../../../i18n';
import { Button, ConfirmDialog, ErrorNote, Loading, Page, SaveBar, SaveError, Section, Tabs, toast, uiMessages } from '../../../ui';
import { settingsMessages } from '../../settings/messages';
import { inboxMessages } from '../messages';
import { isPlatform, problemsOf, problemTab, toBody, toDraft, type InboxDraft, type Tab } from '../model/draft';
import { ConnectTab } from './ConnectTab';
import { GeneralTab } from './GeneralTab';
import { HoursTab } from './HoursTab';
import { InstallTab } from './InstallTab';
import { LookTab } from './LookTab';
import { PlatformTab } from './PlatformTab';
import { Stuck } from './Stuck';

export function InboxDetail({ id }: { id: string }) {
  const t = useT(inboxMessages);
  const inbox = useOne<InboxView>('inboxes', id);
  const teams = useAll<TeamView>('teams');
  if (inbox.error && !inbox.data) {
    return (
      <Page title={t('title')} back={{ to: '/settings/inboxes', label: t('back') }}>
        <ErrorNote error={inbox.error} onRetry={() => void inbox.refetch()} />
      </Page>
    );
  }
  if (!inbox.data || teams.isPending) return <Loading />;
  return <InboxForm inbox={inbox.data} teams={teams.data ?? []} />;
}

function InboxForm({ inbox, teams }: { inbox: InboxView; teams: readonly TeamView[] }) {
  const t = useT(inboxMessages);
  const common = useT(settingsMessages);
  const ui = useT(uiMessages);
  const form = useResourceForm<InboxView, InboxDraft>({ name: 'inboxes', object: inbox, toDraft, toBody });
  const remove = useRemove('inboxes');
  const [tab, setTab] = useState<Tab>('general');
  const [checked, setChecked] = useState(false);
  const [removing, setRemoving] = useState(false);
  const problems = problemsOf(form.draft);
  const shown = checked ? problems : null;
  useLeaveGuard(form.dirty, ui('unsavedQuestion'));

  async function save() {
    setChecked(true);
    const bad = problemTab(problems);
    if (bad) {
      setTab(bad);
      return;
    }
    if (await form.save()) toast.success(common('saved'));
  }

  const tabs: { value: Tab; label: string }[] = [
    { value: 'general', label: t('tabGeneral') },
    { value: 'hours', label: t('tabHours') },
    ...(inbox.channel === 'web'
      ? ([
          { value: 'look', label: t('tabLook') },
          { value: 'install', label: t('tabInstall') },
        ] as const)
      : isPlatform(inbox)
        ? ([{ value: 'platform', label: t('tabConnect') }] as const)
        : ([{ value: 'connect', label: t('tabConnect') }] as const)),
  ];
  const parts = { draft: form.draft, set: form.set, problems: shown, error: form.error };
  const current = form.base ?? inbox;

  return (
    <Page title={current.name} description={t(inbox.channel)} back={{ to: '/settings/inboxes', label: t('back') }}>
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      {!isPlatform(inbox) && <Stuck inboxId={inbox.id} />}
      <Tabs value={tab} onChange={setTab} label={t('tabs')} tabs={tabs}>
        {tab === 'general' && <GeneralTab {...parts} teams={teams} channel={inbox.channel} />}
        {tab === 'hours' && <HoursTab {...parts} />}
        {tab === 'look' && <LookTab {...parts} />}
        {tab === 'install' && <InstallTab {...parts} inbox={current} onRotated={form.keep} />}
        {tab === 'platform' && <PlatformTab {...parts} inbox={current} onRotated={form.keep} />}
        {tab === 'connect' && <ConnectTab {...parts} inbox={current} onRotated={form.keep} />}
      </Tabs>
      {tab === 'general' && (
        <Section
          title={t('danger')}
          description={t('dangerText')}
          actions={
            <Button variant="dangerGhost" icon="trash" onClick={() => setRemoving(true)}>
              {t('delete')}
            </Button>
          }
        >
          {null}
        </Section>
      )}
      <SaveBar
        dirty={form.dirty}
        busy={form.busy}
        onSave={() => void save()}
        onDiscard={() => {
          form.discard();
          setChecked(false);
        }}
      />
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('deleteTitle', { name: current.name })}
        text={t('deleteText')}
        action={t('delete')}
        onConfirm={async () => {
          await remove.mutateAsync(current);
          form.discard();
          toast.success(common('deleted'));
          navigate('/settings/inboxes', { replace: true });
        }}
      />
    </Page>
  );
}

export interface ChannelTabProps extends TabProps {
  inbox: InboxView;
  onRotated: () => Promise<void>;
}

/** What every tab gets. `problems` is null until saving was tried. */
export interface TabProps {
  draft: InboxDraft;
  set: (patch: Partial<InboxDraft>) => void;
  problems: ReturnType<typeof problemsOf> | null;
  error: unknown;
}
