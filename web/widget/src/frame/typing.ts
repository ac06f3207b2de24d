// Who is typing, both ways. Ephemeral: nothing here is stored or retried.

import type { Conversation } from './types';

const TELL_EVERY_MS = 1_000;
/** Without a key for this long they have stopped, though words may stand. */
const ENDS_MS = 5_000;
/** A "typing" whose end got lost is not shown for longer. */
const SHOWN_MS = 8_000;
const PREVIEW_CHARS = 200;

export class Typing {
  private toldAt = 0;
  private text = '';
  private tellTimer = 0;
  private stopTimer = 0;
  private showTimer = 0;

  constructor(private send: (frame: object) => void, private conversation: () => Conversation | null, private show: (name: string | null) => void) {}

  /** The visitor changed the text. People are told at most once a second, and always of the newest text; the bot need not know. */
  typed(text: string): void {
    if (!text) return this.stop();
    this.text = text;
    clearTimeout(this.stopTimer);
    this.stopTimer = window.setTimeout(() => this.stop(), ENDS_MS);
    const waitMs = this.toldAt + TELL_EVERY_MS - Date.now();
    if (waitMs <= 0) this.tell();
    else this.tellTimer ||= window.setTimeout(() => this.tell(), waitMs);
  }

  private tell(): void {
    clearTimeout(this.tellTimer);
    this.tellTimer = 0;
    const conversation = this.conversation();
    if (!conversation || conversation.owner_kind === 'bot' || conversation.status === 'resolved') return;
    this.toldAt = Date.now();
    this.send({ type: 'typing', conversation_id: conversation.id, on: true, preview: this.text.slice(0, PREVIEW_CHARS) });
  }

  stop(): void {
    clearTimeout(this.stopTimer);
    clearTimeout(this.tellTimer);
    this.tellTimer = 0;
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
