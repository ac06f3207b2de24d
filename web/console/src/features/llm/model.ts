// The limits as the form holds them: as they are typed, money in whole units of the currency. Pure.
import type { LlmLimitsView } from '@qingniao/shared/api';

export interface LimitsDraft {
  /** Empty: none. */
  tokens: string;
  money: string;
}

export interface LimitsProblems {
  tokens?: 'notNumber' | 'tooHigh';
  money?: 'notMoney' | 'tooHigh';
}

const CENTS = 100;

export function toDraft(limits: LlmLimitsView): LimitsDraft {
  return { tokens: limits.month_tokens > 0 ? String(limits.month_tokens) : '', money: limits.month_cents > 0 ? String(limits.month_cents / CENTS) : '' };
}

/** NaN where it is no number of tokens. */
function tokensOf(typed: string): number {
  const text = typed.replaceAll(/[\s,，]/g, '');
  return text === '' ? 0 : /^\d{1,15}$/.test(text) ? Number(text) : NaN;
}

function centsOf(typed: string): number {
  const text = typed.replaceAll(/[\s,，]/g, '');
  return text === '' ? 0 : /^\d{1,12}(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * CENTS) : NaN;
}

export function problemsOf(draft: LimitsDraft, limits: LlmLimitsView): LimitsProblems {
  const [tokens, cents] = [tokensOf(draft.tokens), centsOf(draft.money)];
  const tooHigh = (own: number, most: number) => most > 0 && own > most;
  return {
    ...(Number.isNaN(tokens) ? { tokens: 'notNumber' as const } : tooHigh(tokens, limits.month_tokens_max) ? { tokens: 'tooHigh' as const } : {}),
    ...(Number.isNaN(cents) ? { money: 'notMoney' as const } : tooHigh(cents, limits.month_cents_max) ? { money: 'tooHigh' as const } : {}),
  };
}

export function toBody(draft: LimitsDraft, version: number) {
  return { month_tokens: tokensOf(draft.tokens), month_cents: centsOf(draft.money), version };
}

/** What holds: the narrower of the company's own limit and the operator's; 0 for none. */
export function holding(own: number, most: number): number {
  return own > 0 && (most === 0 || own < most) ? own : most;
}
