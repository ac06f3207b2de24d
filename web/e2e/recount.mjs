// The figures of the reports counted once more, from stored messages, their activities and what was written up alone: nothing of the
// server's own counting, and nothing of the console, is used. The definitions are those of docs/how-to/read-the-reports.md.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TARGET = 20_000;
const FOLLOW_UP = 72 * HOUR;
/** The demo company's clock. */
const ZONE = 8 * HOUR;

const HOLDERS = {
  queued: 'queue',
  transferred_to_team: 'queue',
  released: 'queue',
  assigned: 'person',
  claimed: 'person',
  taken_over: 'person',
  bot_silenced: 'person',
  transfer_accepted: 'person',
  returned_to_bot: 'bot',
  resolved: 'nobody',
  snoozed: 'rest',
  pending: 'rest',
  woken: 'back',
};

const line = (message) => message.content.activity?.key ?? '';
const params = (message) => message.content.activity?.params ?? {};
const holder = (message) => HOLDERS[line(message)];

/** From a beginning, or a reopening, to an end. */
class Stretch {
  constructor(conversation, first) {
    this.contact = conversation.contact.id;
    this.inbox = conversation.inbox_id;
    this.language = conversation.language;
    this.told = [first];
    this.csat = null;
    this.wrapUp = null;
  }

  first(wanted) {
    return this.told.find(wanted)?.created_at ?? null;
  }

  get began() {
    return this.told[0].created_at;
  }

  get ended() {
    return this.first((m) => line(m) === 'resolved');
  }

  get queued() {
    return this.first((m) => holder(m) === 'queue');
  }

  get taken() {
    return this.first((m) => holder(m) === 'person');
  }

  /** When the customer began to wait for a person nobody had passed on. */
  get askedFor() {
    return this.queued !== null && (this.taken === null || this.taken >= this.queued) ? this.queued : null;
  }

  said(kind, by) {
    return this.told.filter((m) => m.kind === kind && m.author.kind === by);
  }

  get answered() {
    return this.said('outgoing', 'agent')[0]?.created_at ?? null;
  }

  get alone() {
    return this.ended !== null && this.queued === null && this.taken === null && this.answered === null;
  }

  /** Milliseconds with a holder, until the next line that changes hands. */
  with(wanted) {
    let total = 0;
    let [held, since] = ['bot', this.began];
    for (const message of this.told) {
      let next = holder(message);
      if (next === undefined) continue;
      if (next === 'rest' && held !== 'person') next = held;
      if (next === 'back') next = held === 'rest' ? 'person' : held;
      if (held === wanted) total += message.created_at - since;
      [held, since] = [next, message.created_at];
    }
    return total;
  }

  /** Transfers by reason: a team's own, a colleague's that of the offer before. */
  get reasons() {
    let offered = null;
    const given = [];
    for (const message of this.told) {
      if (line(message) === 'transfer_offered') offered = params(message).reason ?? null;
      if (line(message) === 'transferred_to_team') given.push(params(message).reason ?? null);
      if (line(message) === 'transfer_accepted') {
        given.push(offered);
        offered = null;
      }
    }
    return given;
  }

  /** From being asked to write to being free again; null while that is not over. */
  get wrote() {
    return this.wrapUp && this.wrapUp.ended_at !== null ? this.wrapUp.ended_at - this.wrapUp.began_at : null;
  }

  /** Null while the customer may still come back. */
  lasted(all, now) {
    if (this.ended === null) return null;
    const back = all.filter((s) => s.contact === this.contact && s.began >= this.ended).map((s) => s.began);
    if (back.some((at) => at - this.ended <= FOLLOW_UP)) return false;
    return now - this.ended >= FOLLOW_UP ? true : null;
  }
}

/** The stretches of one conversation's messages, with what was written up of each. */
export function stretches(conversation, messages, wrapUps) {
  const all = [];
  for (const message of messages) {
    const open = all.length > 0 && all.at(-1).ended === null;
    if (message.content.rating) continue;
    if (line(message) === 'csat_given') all.at(-1).csat = params(message).score;
    else if (open) all.at(-1).told.push(message);
    else if (['incoming', 'outgoing'].includes(message.kind) || ['reopened', 'queued', 'claimed'].includes(line(message))) all.push(new Stretch(conversation, message));
  }
  for (const asked of wrapUps) all.findLast((s) => s.began <= asked.began_at).wrapUp = asked;
  return all;
}

function spread(values) {
  const lengths = values.filter((ms) => ms !== null).sort((a, b) => a - b);
  const n = lengths.length;
  const least = (percent) => lengths.find((ms) => lengths.filter((other) => other <= ms).length * 100 >= n * percent) ?? null;
  const sum = lengths.reduce((total, ms) => total + ms, 0);
  return { count: n, mean_ms: n === 0 ? null : Math.floor(sum / n), median_ms: least(50), p90_ms: least(90), max_ms: lengths.at(-1) ?? null };
}

function share(decided) {
  const known = decided.filter((yes) => yes !== null);
  return { part: known.filter(Boolean).length, of: known.length };
}

/** In time, not in time, or not decided yet. */
function inTime(s, now) {
  if (s.askedFor === null) return null;
  const over = s.taken ?? s.ended;
  const waited = (over ?? now) - s.askedFor;
  return over === null && waited <= TARGET ? null : s.taken !== null && waited <= TARGET;
}

/** Every figure that messages tell; reviews are none. */
export function count(of, all, now) {
  const sum = (value) => of.reduce((total, s) => total + value(s), 0);
  const rated = of.filter((s) => s.csat !== null);
  const scores = rated.reduce((total, s) => total + s.csat, 0);
  const passed = of.flatMap((s) => s.reasons);
  const reasons = {};
  for (const reason of passed.filter((reason) => reason !== null)) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const over = (s) => s.taken !== null && s.ended !== null;
  return {
    conversations: of.length,
    resolved: of.filter((s) => s.ended !== null).length,
    bot_only: share(of.map((s) => (s.ended === null ? null : s.alone))),
    bot_only_lasting: share(of.map((s) => (s.alone ? s.lasted(all, now) : null))),
    first_contact: share(of.map((s) => s.lasted(all, now))),
    handed_over: share(of.map((s) => s.queued !== null)),
    first_response: spread(of.map((s) => s.answered && s.answered - (s.queued !== null && s.queued <= s.answered ? s.queued : s.began))),
    first_answer: spread(
      of.map((s) => {
        const at = s.first((m) => m.kind === 'outgoing');
        return at && at - s.began;
      }),
    ),
    wait: spread(of.map((s) => (s.queued !== null && s.taken !== null ? s.with('queue') : null))),
    handle: spread(of.map((s) => (over(s) ? s.with('person') : null))),
    after_work: spread(of.map((s) => s.wrote)),
    handle_all: spread(of.map((s) => (over(s) && (s.wrapUp === null || s.wrote !== null) ? s.with('person') + (s.wrote ?? 0) : null))),
    resolution: spread(of.map((s) => s.ended && s.ended - s.began)),
    abandoned: share(of.map((s) => (s.askedFor === null ? null : s.taken === null && s.ended !== null))),
    service_level: share(of.map((s) => inTime(s, now))),
    transfers: passed.length,
    transfer_reasons: reasons,
    asked: sum((s) => s.said('incoming', 'contact').length),
    bot_messages: sum((s) => s.said('outgoing', 'bot').length),
    agent_messages: sum((s) => s.said('outgoing', 'agent').length),
    satisfied: share(rated.map((s) => s.csat >= 4)),
    csat_mean_x100: rated.length === 0 ? null : Math.round((scores * 100) / rated.length),
  };
}

const date = (at) => new Date(at).toISOString().slice(0, 10);

/** The group of a stretch, as its lines say; null where it has none. `people` gives ids by names, `channels` kinds by inboxes. */
export function groupOf(s, by, { people, channels }) {
  const last = (kind) => s.told.findLast((m) => holder(m) === kind);
  const local = s.began + ZONE;
  switch (by) {
    case 'agent': {
      const taker = last('person');
      if (!taker) return null;
      return line(taker) === 'assigned' ? people.get(params(taker).agent) : taker.author.id;
    }
    case 'team':
      return (last('queue') && params(last('queue')).team_id) ?? null;
    case 'inbox':
      return s.inbox;
    case 'channel':
      return channels.get(s.inbox);
    case 'language':
      return s.language;
    case 'handoff':
      return params(s.told.find((m) => line(m) === 'queued') ?? { content: {} }).reason ?? null;
    case 'intent':
      return s.told.find((m) => m.trace?.intent?.accepted)?.trace.intent.ranked[0].name ?? null;
    case 'wrap_up':
      return s.wrapUp?.category ?? null;
    case 'day':
      return date(local);
    // 1970-01-01 was a Thursday.
    case 'week':
      return date(local - ((Math.floor(local / DAY) + 3) % 7) * DAY);
    case 'month':
      return date(local).slice(0, 7);
    case 'hour':
      return String(Math.floor((local % DAY) / HOUR)).padStart(2, '0');
    default:
      throw new Error(`no such group: ${by}`);
  }
}

/** The groups with their stretches, in the order of their keys, those without one first. */
export function grouped(all, by, names) {
  const groups = new Map();
  for (const stretch of all) {
    const key = groupOf(stretch, by, names);
    groups.set(key, [...(groups.get(key) ?? []), stretch]);
  }
  return [...groups].sort(([a], [b]) => (a === null ? -1 : b === null ? 1 : a < b ? -1 : 1));
}

/** Begun, by weekday from Monday and hour. */
export function heat(all) {
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const s of all) {
    const local = s.began + ZONE;
    week[(Math.floor(local / DAY) + 3) % 7][Math.floor((local % DAY) / HOUR)] += 1;
  }
  return week;
}
