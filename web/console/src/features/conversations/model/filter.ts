// Whether a conversation belongs to a list, by the rules the server has for filters, so that a change moves rows and counts at
// once. `unknown` where only the server can tell.
import type { ChannelKind, ConversationFilter, ConversationView, OwnerIs, SlaDue } from '@qingniao/shared/api';

export type Fit = 'in' | 'out' | 'unknown';

/** What is known of other things than the conversation. */
export interface Known {
  now: number;
  channelOf(inboxId: string): ChannelKind | undefined;
  teamsOf(userId: string): readonly string[] | undefined;
}

export const NOTHING_KNOWN: Known = { now: 0, channelOf: () => undefined, teamsOf: () => undefined };

export const EVERYTHING: ConversationFilter = {
  statuses: [],
  owners: [],
  agent_ids: [],
  with_me: false,
  mentions_me: false,
  team_ids: [],
  inbox_ids: [],
  channels: [],
  languages: [],
  moods: [],
  tiers: [],
  labels_any: [],
  labels_all: [],
  sla: null,
  waiting_minutes: null,
  text: null,
};

export function judge(c: ConversationView, filter: ConversationFilter, me: string, known: Known = NOTHING_KNOWN): Fit {
  const answers = [
    one(filter.statuses, c.status),
    // A part is no work of its own.
    yes(filter.statuses.length === 0 || c.merged_into === null),
    owner(c, filter, me),
    yes(!filter.with_me || c.participants.includes(me)),
    filter.mentions_me ? 'unknown' : 'in',
    team(c, filter, known),
    one(filter.inbox_ids, c.inbox_id),
    one(filter.channels, known.channelOf(c.inbox_id)),
    one(filter.languages, c.language),
    one(filter.moods, c.mood ?? ''),
    one(filter.tiers, c.contact.tier ?? ''),
    yes(filter.labels_any.length === 0 || filter.labels_any.some((label) => c.labels.includes(label))),
    yes(filter.labels_all.every((label) => c.labels.includes(label))),
    yes(filter.waiting_minutes === null || (c.waiting_since !== null && c.waiting_since <= known.now - filter.waiting_minutes * 60_000)),
    yes(filter.sla === null || c.sla.some((due) => due.done_at === null && stands(due, known.now) === filter.sla)),
    filter.text === null ? 'in' : 'unknown',
  ];
  if (answers.includes('out')) return 'out';
  return answers.includes('unknown') ? 'unknown' : 'in';
}

const yes = (fits: boolean): Fit => (fits ? 'in' : 'out');

function one<T>(wanted: readonly T[], found: T | undefined): Fit {
  if (wanted.length === 0) return 'in';
  return found === undefined ? 'unknown' : yes(wanted.includes(found));
}

function owner(c: ConversationView, { owners, agent_ids }: ConversationFilter, me: string): Fit {
  if (owners.length === 0 && agent_ids.length === 0) return 'in';
  const agent = c.owner.kind === 'agent' ? (c.owner.agent_id ?? '') : null;
  if (agent !== null && (agent_ids.includes(agent) || (owners.includes('me') && agent === me))) return 'in';
  return yes(owners.includes(c.owner.kind as OwnerIs));
}

function team(c: ConversationView, { team_ids }: ConversationFilter, known: Known): Fit {
  if (team_ids.length === 0) return 'in';
  if (c.owner.kind === 'queue') return yes(team_ids.includes(c.owner.team_id ?? ''));
  if (c.owner.kind !== 'agent') return 'out';
  const teams = known.teamsOf(c.owner.agent_id ?? '');
  return teams === undefined ? 'unknown' : yes(teams.some((id) => team_ids.includes(id)));
}

/** Where one promise stands; null when all is well. */
function stands(due: SlaDue, now: number): 'at_risk' | 'breached' | null {
  if (due.breached || (due.due_at !== null && due.due_at < now)) return 'breached';
  return due.warn_at !== null && due.warn_at <= now ? 'at_risk' : null;
}

/** Time alone moves conversations in and out. */
export function movesWithTime(filter: ConversationFilter): boolean {
  return filter.sla !== null || filter.waiting_minutes !== null;
}
