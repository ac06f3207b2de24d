// What is true only for a moment: who types, who looks, how the connection is. Not in the query cache because nothing
// of it can be fetched again. Screens read it through the hooks in `hooks.ts`.
import type { LinkState } from './client';
import type { Ephemeral, Viewer } from './frames';

export interface Typist {
  kind: string;
  id: string | null;
  name: string;
  /** What a visitor has typed so far, where the inbox allows showing it. */
  preview: string;
}

/** A typist who says nothing more for this long has stopped. */
const TYPING_FOR_MS = 6_000;
const NOBODY: never[] = [];

export class LiveState {
  private link: LinkState = { phase: 'connecting' };
  private typists = new Map<string, Typist[]>();
  private viewers = new Map<string, Viewer[]>();
  private timers = new Map<string, ReturnType<typeof setTimeout>>();
  private listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  linkState = (): LinkState => this.link;

  typistsOf(conversationId: string): Typist[] {
    return this.typists.get(conversationId) ?? NOBODY;
  }

  viewersOf(conversationId: string): Viewer[] {
    return this.viewers.get(conversationId) ?? NOBODY;
  }

  setLink(link: LinkState): void {
    this.link = link;
    if (link.phase !== 'connected') {
      this.typists.clear();
      this.viewers.clear();
    }
    this.announce();
  }

  receive(frame: Ephemeral): void {
    if (frame.type === 'viewers') {
      this.viewers.set(frame.conversation_id, frame.users);
      this.announce();
    } else if (frame.type === 'typing') {
      this.typing(frame);
    }
  }

  /** A message of theirs arrived: they are not typing it any more. */
  spoke(conversationId: string, authorId: string | null): void {
    this.forget(conversationId, authorId);
  }

  private typing(frame: Extract<Ephemeral, { type: 'typing' }>): void {
    const id = frame.who.id;
    const timerKey = `${frame.conversation_id}|${id ?? ''}`;
    clearTimeout(this.timers.get(timerKey));
    if (!frame.on) {
      this.forget(frame.conversation_id, id);
      return;
    }
    const others = this.typistsOf(frame.conversation_id).filter((typist) => typist.id !== id);
    this.typists.set(frame.conversation_id, [...others, { ...frame.who, preview: frame.preview ?? '' }]);
    this.timers.set(
      timerKey,
      setTimeout(() => this.forget(frame.conversation_id, id), TYPING_FOR_MS),
    );
    this.announce();
  }

  private forget(conversationId: string, id: string | null): void {
    const known = this.typistsOf(conversationId);
    const rest = known.filter((typist) => typist.id !== id);
    if (rest.length === known.length) return;
    if (rest.length === 0) this.typists.delete(conversationId);
    else this.typists.set(conversationId, rest);
    this.announce();
  }

  private announce(): void {
    for (const listener of this.listeners) listener();
  }
}
