// Chips: a part says so, then the priority, the mood, and the service levels.
import type { ConversationView } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Badge } from '../../../../ui';
import { MoodChip } from '../mood/MoodChip';
import { markMessages } from './messages';
import { SlaChips } from './SlaChips';

const PRIORITY_TONE = { low: 'neutral', normal: 'neutral', high: 'warning', urgent: 'danger' } as const;

export default function Marks({ c, all }: { c: ConversationView; all: boolean }) {
  const t = useT(markMessages);
  return (
    <>
      {c.merged_into !== null && (
        <Badge tone="violet" icon="merge">
          {t('merged')}
        </Badge>
      )}
      {c.priority !== 'normal' && c.status !== 'resolved' && (
        <span data-priority={c.priority}>
          <Badge tone={PRIORITY_TONE[c.priority]} icon={c.priority === 'low' ? 'chevronDown' : 'chevronUp'}>
            {t(`priority_${c.priority}`)}
          </Badge>
        </span>
      )}
      {c.mood !== null && c.mood !== 'neutral' && c.status !== 'resolved' && <MoodChip conversation={c} inHead={all} />}
      <SlaChips sla={c.sla} all={all} />
    </>
  );
}
