// Names behind ids: inboxes, teams, people, labels. Small lists, read once and kept fresh by the stream.
import { useMemo } from 'react';
import type { InboxView, LabelView, Owner, TeamView, UserView } from '@qingniao/shared/api';
import { useAll } from '../../../api';
import { useSession } from '../../../app/session';

const NO_INBOXES: InboxView[] = [];
const NO_TEAMS: TeamView[] = [];
const NO_USERS: UserView[] = [];
const NO_LABELS: LabelView[] = [];

export interface Lookups {
  inboxes: InboxView[];
  teams: TeamView[];
  users: UserView[];
  labels: LabelView[];
  inbox(id: string): InboxView | undefined;
  team(id: string | null | undefined): TeamView | undefined;
  user(id: string | null | undefined): UserView | undefined;
  label(name: string): LabelView | undefined;
}

export function useLookups(): Lookups {
  const inboxes = useAll<InboxView>('inboxes').data ?? NO_INBOXES;
  const teams = useAll<TeamView>('teams').data ?? NO_TEAMS;
  const users = useAll<UserView>('users').data ?? NO_USERS;
  const labels = useAll<LabelView>('labels').data ?? NO_LABELS;
  const { user: me } = useSession();
  return useMemo(() => {
    const byInbox = new Map(inboxes.map((inbox) => [inbox.id, inbox]));
    const byTeam = new Map(teams.map((team) => [team.id, team]));
    const byUser = new Map([me, ...users].map((user) => [user.id, user]));
    const byLabel = new Map(labels.map((label) => [label.name, label]));
    return {
      inboxes,
      teams,
      users,
      labels,
      inbox: (id) => byInbox.get(id),
      team: (id) => byTeam.get(id ?? ''),
      user: (id) => byUser.get(id ?? ''),
      label: (name) => byLabel.get(name),
    };
  }, [inboxes, teams, users, labels, me]);
}

export function ownerAgentId(owner: Owner): string | null {
  return owner.kind === 'agent' ? (owner.agent_id ?? null) : null;
}
