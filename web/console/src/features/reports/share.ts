import { useFormat } from '../../i18n';

/** A share in percent, or a dash where there is nothing to share. */
export function useShare() {
  const { formatPercent } = useFormat();
  return (share: { part: number; of: number }) => (share.of === 0 ? '–' : formatPercent(share.part / share.of));
}
