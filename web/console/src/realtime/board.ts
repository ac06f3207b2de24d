// Everybody's state since when, and the reasons for being busy. Read once, then kept by the frames.
import { useQuery } from '@tanstack/react-query';
import type { Presence } from '@qingniao/shared/api';
import type { PresenceBoard, PresenceNow } from '@qingniao/shared/presence';
import { api } from '../api';
import { useLanguage } from '../i18n';

export const BOARD = ['presence', 'board'] as const;
/** What one still has to write. */
export const WRAP_UPS = ['presence', 'mine'] as const;

/** What the server itself says of a person; nobody chooses it. */
const OWN_REASONS = [{ key: 'missed_offers', zh: '未应答', en: 'Did not answer' }];

export function useBoard() {
  const zh = useLanguage() === 'zh-CN';
  const { data } = useQuery({ queryKey: BOARD, queryFn: ({ signal }) => api.get<PresenceBoard>('/presence', undefined, signal), staleTime: Infinity });
  const named = <R extends { zh: string; en: string }>(reason: R) => ({ ...reason, name: zh ? reason.zh : reason.en });
  const reasons = (data?.reasons ?? []).map(named);
  const known = [...reasons, ...OWN_REASONS.map(named)];
  return {
    reasons,
    of: (id: string): PresenceNow | undefined => data?.people.find((person) => person.user_id === id),
    reasonName: (key: string | null | undefined): string => known.find((reason) => reason.key === key)?.name ?? '',
  };
}

export interface Chosen {
  presence: Presence;
  reason?: string | null;
}
