// What a case shows: its own thread, the threads of its parts, and what was split off to it, as one thread in the order of time. Pure.
// Messages of other threads stand between the case's own by broken numbers (5.001 after 5), so that everything that goes by `seq`
// (the unread line, how far one has read) goes on counting the case's own.
import type { MessageView } from '@qingniao/shared/api';
import type { TieView } from '@qingniao/shared/tie';
import type { Thread } from './thread';

export interface CaseMessage extends MessageView {
  /** Its number in the thread that it was written in, where that is another one. */
  wireSeq?: number;
  /** It was split off to this conversation. */
  splitTo?: string;
}

export interface CaseInput {
  id: string;
  own: Thread;
  /** The loaded threads of the other conversations, by id. */
  threads: ReadonlyMap<string, Thread>;
  ties: readonly TieView[];
  borrowed: readonly MessageView[];
}

export interface CaseThread extends Thread {
  items: CaseMessage[];
}

const stands = (tie: TieView): boolean => tie.undone_at === null;

/** The conversation and its parts, and their parts. */
export function membersOf(id: string, ties: readonly TieView[]): string[] {
  const members = [id];
  for (const member of members) {
    for (const tie of ties) {
      if (tie.kind === 'merge' && stands(tie) && tie.to === member && !members.includes(tie.from)) members.push(tie.from);
    }
  }
  return members;
}

/** The other conversations whose threads are looked into. */
export function threadsOf(id: string, ties: readonly TieView[]): string[] {
  const members = membersOf(id, ties);
  const others = members.slice(1);
  for (const tie of ties) {
    if (tie.kind !== 'split') continue;
    const wanted = stands(tie) ? members.includes(tie.to) && tie.from : members.includes(tie.from) && tie.to;
    if (wanted !== false && !members.includes(wanted) && !others.includes(wanted)) others.push(wanted);
  }
  return others;
}

export function isOfSplit(tie: TieView, message: MessageView): boolean {
  return message.conversation_id === tie.from && (tie.seqs.includes(message.seq) || message.content.case === tie.to);
}

interface Stream {
  items: MessageView[];
  /** Nothing before this is known of the stream. */
  from: number;
}

const EVERYTHING = Number.NEGATIVE_INFINITY;

function streamOf(thread: Thread | undefined, keep: (message: MessageView) => boolean, begins = EVERYTHING): Stream {
  if (thread === undefined) return { items: [], from: EVERYTHING };
  const first = thread.items[0];
  const more = thread.hasMoreBefore && first !== undefined && first.created_at > begins;
  return { items: thread.items.filter(keep), from: more ? first.created_at : EVERYTHING };
}

/** Which of the threads have to be read further back before anything earlier can be shown. */
export function behind({ id, own, threads, ties }: CaseInput): string[] {
  const all = [id, ...threadsOf(id, ties)].map((one): [string, Thread | undefined] => [one, one === id ? own : threads.get(one)]);
  const open = all.flatMap(([one, thread]) => (thread?.hasMoreBefore && thread.items[0] ? [{ one, at: thread.items[0].created_at }] : []));
  const latest = Math.max(...open.map((stream) => stream.at));
  return open.filter((stream) => stream.at === latest).map((stream) => stream.one);
}

export function compose(input: CaseInput): CaseThread {
  const { id, own, threads, ties, borrowed } = input;
  if (ties.every((tie) => tie.kind === 'link')) return own;
  const members = membersOf(id, ties);
  const splits = ties.filter((tie) => tie.kind === 'split');
  const streams: Stream[] = [streamOf(own, () => true)];
  const said = (message: MessageView): boolean => message.kind !== 'activity';
  for (const part of members.slice(1)) streams.push(streamOf(threads.get(part), said));
  for (const split of splits) {
    if (stands(split) && members.includes(split.to)) {
      streams.push(streamOf(threads.get(split.from), (message) => message.content.case === split.to, split.at));
    } else if (!stands(split) && members.includes(split.from)) {
      streams.push(streamOf(threads.get(split.to), (message) => message.kind === 'note'));
    }
  }
  const from = Math.max(...streams.map((stream) => stream.from));
  const byId = new Map<string, MessageView>(borrowed.map((message) => [message.id, message]));
  for (const stream of streams) for (const message of stream.items) byId.set(message.id, message);
  const ordered = [...byId.values()].filter((message) => message.created_at >= from).sort(inTime);
  return { items: numbered(id, ordered, splits.filter((split) => stands(split) && !members.includes(split.to))), hasMoreBefore: from !== EVERYTHING };
}

function inTime(a: MessageView, b: MessageView): number {
  if (a.conversation_id === b.conversation_id) return a.seq - b.seq;
  return a.created_at - b.created_at || (a.conversation_id < b.conversation_id ? -1 : 1);
}

function numbered(id: string, ordered: MessageView[], out: TieView[]): CaseMessage[] {
  let place = (ordered.find((message) => message.conversation_id === id)?.seq ?? 1) - 1;
  return ordered.map((message) => {
    const split = out.find((tie) => isOfSplit(tie, message));
    const marked: CaseMessage = split === undefined ? message : { ...message, splitTo: split.to };
    if (message.conversation_id === id) {
      place = message.seq;
      return marked;
    }
    place = Math.round(place * 10_000 + 1) / 10_000;
    return { ...marked, wireSeq: message.seq, seq: place };
  });
}
