// The four tables of the floor. Lengths count on between two pushes.
import type { AgentNow, QueueNow, RiskNow, TalkNow } from '@qingniao/shared/api';
import { Link } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { useBoard } from '../../realtime/board';
import { Badge, Button, IconButton, PresenceDot, Table } from '../../ui';
import { contactName } from '../conversations/model/names';
import { useShare } from '../reports/share';
import { floorMessages } from './messages';
import { useElapsed, useLeft } from './time';
import styles from './Floor.module.css';

const end = 'end' as const;

function useSince(gapMs: number) {
  const elapsed = useElapsed(gapMs);
  return (at: number | null) => (at === null ? '–' : elapsed(at));
}

/** Who gave no name is called by the end of their id, as everywhere. */
export function useCalled() {
  const t = useT(floorMessages);
  return (one: { contact_id: string; contact_name: string }) => contactName({ id: one.contact_id, name: one.contact_name }, t);
}

/** Every table counts by the server's clock. */
interface Timed {
  gapMs: number;
}

export function Queues({ queues, gapMs }: Timed & { queues: QueueNow[] }) {
  const t = useT(floorMessages);
  const { formatNumber } = useFormat();
  const share = useShare();
  const since = useSince(gapMs);
  if (queues.length === 0) return <p className={styles.small}>{t('emptyQueues')}</p>;
  return (
    <Table
      label={t('queues')}
      rows={queues}
      rowKey={(queue) => queue.team_id ?? ''}
      columns={[
        { key: 'name', title: t('queue'), grow: true, render: (queue) => queue.name || t('noTeam') },
        { key: 'count', title: t('count'), align: end, render: (queue) => formatNumber(queue.waiting) },
        { key: 'oldest', title: t('oldest'), align: end, render: (queue) => since(queue.oldest_at) },
        { key: 'service', title: t('service'), align: end, render: (queue) => share(queue.service_level) },
      ]}
    />
  );
}

export function Agents({ agents, gapMs, onSet }: Timed & { agents: AgentNow[]; onSet: (agent: AgentNow) => void }) {
  const t = useT(floorMessages);
  const since = useSince(gapMs);
  const left = useLeft(gapMs);
  const { reasonName } = useBoard();
  const standing = (agent: AgentNow): string =>
    agent.reason === null ? t(agent.state) : t('busyWith', { state: t(agent.state), reason: reasonName(agent.reason) || agent.reason });
  return (
    <Table
      label={t('agents')}
      rows={agents}
      rowKey={(agent) => agent.user_id}
      dimmed={(agent) => agent.state === 'offline'}
      columns={[
        { key: 'name', title: t('agent'), grow: true, render: (agent) => agent.name },
        {
          key: 'state',
          title: t('state'),
          render: (agent) => (
            <span className={styles.state}>
              <PresenceDot presence={agent.state === 'wrap_up' ? 'busy' : agent.state} />
              {standing(agent)}
            </span>
          ),
        },
        {
          key: 'since',
          title: t('since'),
          align: end,
          render: (agent) =>
            agent.late_at !== null && left(agent.late_at) < 0 ? <Badge tone="warning">{t('tooLong', { time: since(agent.since) })}</Badge> : since(agent.since),
        },
        { key: 'load', title: t('load'), align: end, render: (agent) => `${agent.conversations} / ${agent.capacity}` },
        {
          key: 'set',
          title: t('set'),
          titleHidden: true,
          align: end,
          render: (agent) => (
            <IconButton icon="edit" label={t('setFor', { name: agent.name })} plain onClick={() => onSet(agent)} />
          ),
        },
      ]}
    />
  );
}

export function Risks({ risks, gapMs }: Timed & { risks: RiskNow[] }) {
  const t = useT(floorMessages);
  const { formatDuration } = useFormat();
  const left = useLeft(gapMs);
  const called = useCalled();
  if (risks.length === 0) return <p className={styles.small}>{t('noRisks')}</p>;
  const standing = (risk: RiskNow): string => {
    const ms = risk.due_at === null ? 0 : left(risk.due_at);
    return t(ms < 0 || risk.breached ? 'late' : 'left', { time: formatDuration(Math.abs(ms)) });
  };
  return (
    <Table
      label={t('risks')}
      rows={risks}
      rowKey={(risk) => `${risk.conversation_id} ${risk.metric}`}
      columns={[
        {
          key: 'customer',
          title: t('customer'),
          grow: true,
          render: (risk) => <Link to={`/conversations/${risk.conversation_id}`}>{called(risk)}</Link>,
        },
        { key: 'promise', title: t('promise'), render: (risk) => t(metric(risk.metric)) },
        {
          key: 'due',
          title: t('oldest'),
          titleHidden: true,
          align: end,
          render: (risk) => (
            <span data-risk={risk.breached ? 'breached' : 'warn'}>
              <Badge tone={risk.breached ? 'danger' : 'warning'}>{standing(risk)}</Badge>
            </span>
          ),
        },
      ]}
    />
  );
}

function metric(name: string): 'first_response' | 'next_response' | 'resolution' {
  return name === 'next_response' || name === 'resolution' ? name : 'first_response';
}

export function Talks({ talks, agents, gapMs, onOpen }: Timed & { talks: TalkNow[]; agents: AgentNow[]; onOpen: (talk: TalkNow) => void }) {
  const t = useT(floorMessages);
  const since = useSince(gapMs);
  const called = useCalled();
  const name = (id: string | null) => agents.find((agent) => agent.user_id === id)?.name ?? '–';
  if (talks.length === 0) return <p className={styles.small}>{t('noTalks')}</p>;
  return (
    <Table
      label={t('talks')}
      rows={talks}
      rowKey={(talk) => talk.conversation_id}
      columns={[
        { key: 'customer', title: t('customer'), wrap: true, render: called },
        { key: 'agent', title: t('agent'), render: (talk) => name(talk.agent_id) },
        { key: 'last', title: t('last'), grow: true, wideOnly: true, render: (talk) => talk.last_text },
        { key: 'waits', title: t('customerWaits'), align: end, render: (talk) => since(talk.waiting_since) },
        {
          key: 'monitor',
          title: t('monitor'),
          titleHidden: true,
          align: end,
          render: (talk) => (
            <Button size="sm" onClick={() => onOpen(talk)}>
              {t('monitor')}
            </Button>
          ),
        },
      ]}
    />
  );
}
