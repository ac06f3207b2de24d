// The company's reasons for passing a conversation on: chosen with a transfer, counted by reports.
import { useQuery } from '@tanstack/react-query';
import type { TransferReasonsView } from '@qingniao/shared/transfers';
import { api } from '../../api';
import { useLanguage } from '../../i18n';

/** Begins with the resource's name, so that a change is read again. */
export const REASONS = ['transfer-reasons'] as const;

export function useTransferReasons() {
  return useQuery({ queryKey: REASONS, queryFn: ({ signal }) => api.get<TransferReasonsView>('/transfer-reasons', undefined, signal) });
}

/** Keys and names in the reader's language; empty until they are read. */
export function useReasonNames(): { key: string; name: string }[] {
  const reasons = useTransferReasons();
  const language = useLanguage();
  return (reasons.data?.items ?? []).map(({ key, zh, en }) => ({ key, name: language === 'en' ? en || zh : zh }));
}
