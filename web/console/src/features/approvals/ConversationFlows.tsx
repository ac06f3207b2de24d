// Beside a conversation: the flows it is in, how they stand, and what waits for approval.
import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '../../app/router';
import { refreshResource } from '../../api';
import { useT } from '../../i18n';
import { Badge, type Tone } from '../../ui';
import { useApprovals, useRuns } from '../flows/api/runs';
import { useFlowNames } from '../flows/api/names';
import { approvalMessages } from '../flows/messages/approvals';
import { ApprovalCard } from './ApprovalCard';
import type { FlowRunState } from '@qingniao/shared/flow';
import styles from './Approvals.module.css';

const TONES: Record<FlowRunState, Tone> = { active: 'info', parked: 'warning', done: 'success', failed: 'danger', cancelled: 'neutral' };
const SHOWN_MAX = 5;

export function ConversationFlows({ conversationId, seq }: { conversationId: string; seq: number }) {
  const t = useT(approvalMessages);
  const client = useQueryClient();
  const runs = useRuns({ conversation: conversationId });
  const approvals = useApprovals(conversationId);
  const names = useFlowNames();
  // What was said may have been a flow's doing.
  useEffect(() => {
    void refreshResource(client, 'runs');
    void refreshResource(client, 'approvals');
  }, [client, seq]);
  const shown = (runs.data?.pages[0]?.items ?? []).filter((run) => run.conversation_id === conversationId).slice(0, SHOWN_MAX);
  const waiting = (approvals.data ?? []).filter((one) => one.conversation_id === conversationId);
  return (
    <div className={styles.inPanel}>
      {waiting.map((approval) => (
        <ApprovalCard key={`${approval.run_id} ${approval.step} ${approval.attempt}`} approval={approval} />
      ))}
      {shown.map((run) => (
        <div key={run.id} className={styles.run}>
          <Link to={`/runs/${run.id}`}>{names(run.flow_id)}</Link>
          <Badge tone={TONES[run.state]}>{t(`state_${run.state}`)}</Badge>
        </div>
      ))}
      {runs.data && shown.length === 0 && waiting.length === 0 && <p className={styles.meta}>{t('noFlows')}</p>}
    </div>
  );
}
