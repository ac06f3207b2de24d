// Files on their way up finish in any order; this gives them out in the order they were chosen.

export class UploadLine<T> {
  private waiting: { key: string; done: T | null }[] = [];

  get length(): number {
    return this.waiting.length;
  }

  join(key: string): void {
    this.waiting.push({ key, done: null });
  }

  /** One is up; those that can be given out now, in order. */
  done(key: string, value: T): [string, T][] {
    const own = this.waiting.find((one) => one.key === key);
    if (own !== undefined) own.done = value;
    return this.release();
  }

  /** One failed or was cancelled, and holds up nobody. */
  leave(key: string): [string, T][] {
    this.waiting = this.waiting.filter((one) => one.key !== key);
    return this.release();
  }

  private release(): [string, T][] {
    const ready: [string, T][] = [];
    while (this.waiting[0] !== undefined && this.waiting[0].done !== null) {
      const first = this.waiting.shift();
      if (first?.done != null) ready.push([first.key, first.done]);
    }
    return ready;
  }
}
