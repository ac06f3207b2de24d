// Who is typing, both ways. Ephemeral: nothing here is stored or retried.

import type { Conversation } from './types';

const TELL_EVERY_MS = 2_500;
const ENDS_MS = 4_000;
/** A "typing" whose end got lost is not shown for longer. */
const SHOWN_MS = 8_000;
const PREVIEW_CHARS = 200;

export class Typing {
  private toldAt = 0;
  private stopTimer = 0;
  private showTimer = 0;

  constructor(private send: (frame: object) => void, private conversation: () => Conversation | null, private show: (name: string | null) => void) {}

  /** The visitor changed the text. People are told, at most every few seconds; the bot need not know. */
  typed(text: string): void {
    const conversation = this.conversation();
    if (!conversation || conversation.owner_kind === 'bot' || conversation.status === 'resolved') return;
    if (!text) return this.stop();
    clearTimeout(this.stopTimer);
    this.stopTimer = window.setTimeout(() => this.stop(), ENDS_MS);
    if (Date.now() - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = Date.now();
    this.send({ type: 'typing', conversation_id: conversation.id, on: true, preview: text.slice(0, PREVIEW_CHARS) });
  }

  stop(): void {
    clearTimeout(this.stopTimer);
    const conversation = this.conversation();
    if (this.toldAt && conversation) this.send({ type: 'typing', conversation_id: conversation.id, on: false });
    this.toldAt = 0;
  }

  /** The other side began or ended. */
  heard(name: string | null): void {
    clearTimeout(this.showTimer);
    this.show(name);
    if (name) this.showTimer = window.setTimeout(() => this.show(null), SHOWN_MS);
  }
}
