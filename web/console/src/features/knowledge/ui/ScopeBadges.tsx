import type { ArticleScope } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Badge } from '../../../ui';
import { validity } from '../model/draft';
import { scopeMessages } from '../scope-messages';

/** What keeps an article from being for everybody, always. */
export function ScopeBadges({ scope, today }: { scope: ArticleScope; today: string }) {
  const t = useT(scopeMessages);
  const when = validity(scope, today);
  return (
    <>
      {scope.audience !== 'everyone' && <Badge tone={scope.audience === 'staff' ? 'violet' : 'info'}>{scope.audience === 'tiers' ? scope.tiers.join('、') : t(scope.audience)}</Badge>}
      {when !== 'valid' && <Badge tone="warning">{t(when)}</Badge>}
    </>
  );
}
