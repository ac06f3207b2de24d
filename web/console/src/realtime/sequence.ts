// The one rule of the stream: entries are numbered without gaps. An entry is applied once, in order;
// a repeated one is dropped; a hole means the connection lied and has to be resumed.

export type Verdict = 'apply' | 'duplicate' | 'hole';

export function judge(last: number | null, seq: number): Verdict {
  if (last === null || seq === last + 1) return 'apply';
  return seq <= last ? 'duplicate' : 'hole';
}
