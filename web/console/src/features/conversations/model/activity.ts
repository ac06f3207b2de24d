// The line a change of the conversation shows as. Params come from the server and are text for display only.
import type { Activity, Priority } from '@qingniao/shared/api';
import type { Translate } from '@qingniao/shared/i18n';
import type { messages } from '../messages';

export type T = Translate<(typeof messages)['zh']>;

/** What activities need beyond words: names and times in the reader's language. */
export interface ActivityWords {
  t: T;
  formatWhen(at: number): string;
}

function text(params: Record<string, unknown>, key: string): string {
  const value = params[key];
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(plain).filter(Boolean).join('、');
  return plain(value);
}

/** What an object holds, in its own order: a contact's name, e-mail and phone. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return Object.values(value).map(plain).filter(Boolean).join(' · ');
  return String(value);
}

const REASONS = ['customer_asked', 'two_misses', 'bot_off', 'bot_failed', 'agent_took_over', 'intent', 'flow', 'flow_failed', 'answered_often'] as const;
const ROUTES = [
  'last_agent',
  'only_eligible',
  'least_busy',
  'longest_since_assigned',
  'tie_by_id',
  'no_candidates',
  'nobody_in_team',
  'nobody_online',
  'nobody_skilled',
  'kept_for_another',
  'everybody_passed',
  'all_full',
] as const;

/** What only a published policy decides by. */
const POLICY = 'people_first account_owner best_skill speaks_language spares_specialists highest_score';

/** A reason code in words; a text that is no code stays as it is. */
export function reasonText(reason: string, t: T): string {
  const handoff = REASONS.find((known) => known === reason);
  if (handoff !== undefined) return t(`reason_${handoff}`);
  const route = ROUTES.find((known) => known === reason);
  if (route !== undefined) return t(`why_${route}`);
  return POLICY.includes(reason) ? t('why_policy') : reason;
}

const LOST = ['file_too_large', 'type_not_allowed', 'media_gone', 'too_many', 'not_fetched', 'address_blocked', 'timeout'] as const;

/** Each file with why it did not come; a code without words stays as it is. */
function lostFiles(files: unknown, t: T): string {
  if (!Array.isArray(files)) return plain(files);
  const one = (file: unknown): string => {
    const { name, reason } = (file ?? {}) as { name?: unknown; reason?: unknown };
    const known = LOST.find((code) => code === reason);
    return t('act_lost_file', { name: plain(name), why: known === undefined ? plain(reason) : t(`lost_${known}`) });
  };
  return files.map(one).join(t('act_between'));
}

export function activityText(activity: Activity, author: string, { t, formatWhen }: ActivityWords): string {
  const params = activity.params ?? {};
  const get = (key: string): string => text(params, key);
  const agent = get('agent') || author || t('unknownAgent');
  // Kept in both languages, as it was called then.
  const reason = get(t('act_reason_param')) || get('reason_zh');
  const because = (line: string): string => (reason === '' ? line : t('act_because', { text: line, reason }));
  const by = (line: string): string => (author === '' ? line : t('act_by', { text: line, name: author }));
  switch (activity.key) {
    case 'queued':
      return get('reason') ? t('act_queued_reason', { reason: reasonText(get('reason'), t) }) : t('act_queued', { who: author });
    case 'assigned':
      return get('reason')
        ? t('act_assigned_reason', { agent, reason: reasonText(get('reason'), t) })
        : t('act_assigned', { agent });
    case 'claimed':
      return t('act_claimed', { agent });
    case 'taken_over':
      return t('act_taken_over', { agent });
    case 'invited':
      return t('act_invited', { agent, name: author });
    case 'left':
      return t('act_left', { agent });
    case 'transfer_offered':
      return because(t('act_transfer_offered', { from: get('from'), to: get('to') }));
    case 'transfer_accepted':
      return t('act_transfer_accepted', { agent });
    case 'offered':
      return t('act_offered', { agent });
    case 'offer_declined':
      return t('act_offer_declined', { agent });
    case 'offer_missed':
      return t('act_offer_missed', { agent });
    case 'transfer_declined':
      return t('act_transfer_declined', { agent });
    case 'transferred_to_team':
      return by(because(t('act_transferred_to_team', { team: get('team') })));
    case 'bot_silenced':
      return t('act_bot_silenced', { agent });
    case 'returned_to_bot':
      return by(t('act_returned_to_bot'));
    case 'resolved':
      return by(t('act_resolved'));
    case 'reopened':
      return by(t('act_reopened'));
    case 'pending':
      return by(t('act_pending'));
    case 'snoozed':
      return by(t('act_snoozed', { until: formatWhen(Number(params.until)) }));
    case 'woken':
      return by(t('act_woken'));
    case 'priority_changed':
      return by(t(`act_priority_${get('priority') as Priority}`));
    case 'labels_changed':
      return by(get('labels') === '' ? t('act_labels_cleared') : t('act_labels_changed', { labels: get('labels') }));
    case 'csat_given':
      return t('act_csat_given', { score: get('score') });
    case 'released':
      return t('act_released', { agent });
    case 'leave_message':
      return get('contact') === '' ? t('act_leave_message_plain') : t('act_leave_message', { contact: get('contact') });
    case 'continued':
      return t('act_continued', { inbox: get('inbox'), text: get('text') });
    case 'files_lost':
      return t('act_files_lost', { files: lostFiles(params.files, t) });
    case 'auto_answered':
      return t('act_auto_answered', { from: get('from'), text: get('text') });
    case 'answered_often':
      return t('act_answered_often', { from: get('from'), answers: get('answers') });
    case 'sla_warned':
    case 'sla_breached':
      return t('act_sla', { percent: get('percent') });
    case 'compensation_offered':
      return t('act_compensation', { name: get('name'), rule: get('rule') });
    case 'flow_begun':
      return t('act_flow_begun', { name: get('name') });
    case 'flow_waits':
      return t('act_flow_waits', { name: get('name'), title: get('title') });
    case 'flow_decided':
      return [t(get('approved') === 'true' ? 'act_flow_approved' : 'act_flow_declined', { by: get('by'), title: get('title') }), get('comment')].filter(Boolean).join('：');
    case 'flow_ended':
      return t(flowEnd(get('status')), { name: get('name'), error: (t('reader') === 'zh' && get('error_zh')) || get('error') });
    case 'flow_decided':
      return t(params.approved === true ? 'act_flow_approved' : 'act_flow_declined', { title: get('title'), by: get('by') });
    case 'ticket_opened':
      return t('act_ticket_opened', { number: get('number'), title: get('title') });
    case 'flow_unsaid':
      return t('act_flow_unsaid', { name: get('name'), text: get('text') });
    case 'linked':
    case 'unlinked':
    case 'merged':
    case 'unmerged':
    case 'split':
    case 'unsplit':
      return by(t(tieLine(activity.key, get('role')), { inbox: get('inbox'), text: get('text'), n: Number(params.messages ?? 0) }));
    default:
      return t('act_other');
  }
}

type TieKey = 'linked' | 'unlinked' | 'merged' | 'unmerged' | 'split' | 'unsplit';

/** A part says where it went, the whole what came. */
function tieLine(key: TieKey, role: string) {
  if (key === 'linked' || key === 'unlinked') return `act_${key}` as const;
  return `act_${key}_${role === 'part' ? 'part' : 'whole'}` as const;
}

function flowEnd(status: string): 'act_flow_done' | 'act_flow_failed' | 'act_flow_cancelled' {
  if (status === 'failed') return 'act_flow_failed';
  return status === 'cancelled' ? 'act_flow_cancelled' : 'act_flow_done';
}

/** The words a person added to the change, if any. */
export function activityNote(activity: Activity): string {
  return text(activity.params ?? {}, 'note');
}
