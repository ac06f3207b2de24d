// What is being read may be older than what the stream says meanwhile: once it is there, the stream's words are said again.
import type { Query, QueryClient } from '@tanstack/react-query';

/** Behind more words than these, reading again is cheaper. */
const KEPT_MAX = 300;

export class Late<Word> {
  private words: Word[] = [];
  /** How many words came before the first that is kept. */
  private dropped = 0;
  /** For each query that is under way, how many words had come when it was asked. */
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly client: QueryClient,
    private readonly sayAgain: (word: Word) => void,
  ) {}

  /** Follows what is read, until the returned function is called. */
  follow(): () => void {
    return this.client.getQueryCache().subscribe((event) => {
      const { query } = event;
      if (event.type === 'removed') this.forget(query);
      if (event.type !== 'updated') return;
      if (event.action.type === 'fetch') this.asked.set(query.queryHash, this.count());
      else if (event.action.type === 'success' && event.action.manual !== true) this.arrived(query);
      else if (query.state.fetchStatus === 'idle') this.forget(query);
    });
  }

  /** Every word, after it was taken into the caches. */
  said(word: Word): void {
    if (this.asked.size === 0) return;
    this.words.push(word);
    if (this.words.length > KEPT_MAX) this.missed();
  }

  /** Words may have been missed: whatever is under way is read again afterwards. */
  missed(): void {
    this.dropped += this.words.length + 1;
    this.words = [];
  }

  private count(): number {
    return this.dropped + this.words.length;
  }

  private arrived(query: Query): void {
    const asked = this.asked.get(query.queryHash) ?? this.count();
    const words = this.words.slice(Math.max(0, asked - this.dropped));
    const whole = asked >= this.dropped;
    this.forget(query);
    for (const word of words) this.sayAgain(word);
    // Last, because what is put into a query makes it valid.
    if (!whole) void this.client.invalidateQueries({ queryKey: query.queryKey, exact: true });
  }

  private forget(query: Query): void {
    this.asked.delete(query.queryHash);
    if (this.asked.size > 0) return;
    this.dropped += this.words.length;
    this.words = [];
  }
}
