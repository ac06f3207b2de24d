// One notice where two would say the same: a customer who starts to wait is often given to somebody at once, so the word
// that they wait is held back a moment and dropped when the assignment follows.
import type { Notice } from './apply';

const HELD_MS = 1_500;

export class OneNotice {
  private readonly held = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly show: (notice: Notice) => void) {}

  tell(notice: Notice): void {
    const id = notice.conversation.id;
    clearTimeout(this.held.get(id));
    this.held.delete(id);
    if (notice.kind !== 'queued') {
      this.show(notice);
      return;
    }
    const later = setTimeout(() => {
      this.held.delete(id);
      this.show(notice);
    }, HELD_MS);
    this.held.set(id, later);
  }

  stop(): void {
    for (const timer of this.held.values()) clearTimeout(timer);
    this.held.clear();
  }
}
