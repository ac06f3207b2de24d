import type { ArticleState } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Badge, type Tone } from '../../../ui';
import { knowledgeMessages } from '../messages';

const TONE: Record<ArticleState, Tone> = { draft: 'warning', published: 'success', archived: 'neutral' };

export function StateBadge({ state }: { state: ArticleState }) {
  const t = useT(knowledgeMessages);
  return <Badge tone={TONE[state]}>{t(state)}</Badge>;
}
