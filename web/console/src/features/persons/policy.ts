// The thresholds as the form holds them: per cent as text, and whether each is used at all.
import type { LinkPolicyView } from '@qingniao/shared/person';

export interface PolicyDraft {
  suggests: boolean;
  suggest: string;
  links: boolean;
  link: string;
}

/** What stands in a field whose switch is off. */
const USUAL = { suggest: 0.1, link: 0.99 };

const percent = (share: number) => String(Math.round(share * 10_000) / 100);

export function draftOf({ suggest, link }: LinkPolicyView): PolicyDraft {
  return { suggests: suggest !== null, suggest: percent(suggest ?? USUAL.suggest), links: link !== null, link: percent(link ?? USUAL.link) };
}

const share = (text: string) => (text.trim() === '' ? Number.NaN : Math.round(Number(text) * 100) / 10_000);

export function policyOf(draft: PolicyDraft): { suggest: number | null; link: number | null } {
  return { suggest: draft.suggests ? share(draft.suggest) : null, link: draft.links ? share(draft.link) : null };
}

export function problemsOf(draft: PolicyDraft): { suggest: boolean; link: boolean } {
  const { suggest, link } = policyOf(draft);
  const isWithin = (value: number | null, least: number, most: number) => value === null || (value >= least && value <= most);
  return { suggest: !isWithin(suggest, 0.01, 0.99), link: !isWithin(link, 0.9, 0.9999) || (link !== null && suggest !== null && link < suggest) };
}
