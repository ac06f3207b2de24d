// The floor, live: the server pushes it over the stream for as long as this page is open. From here a supervisor reads along, whispers,
// takes over and sets states.
import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { AgentNow, TalkNow, WallboardView } from '@qingniao/shared/api';
import { api } from '../../api';
import { usePageTitle } from '../../app/title';
import { useFormat, useT } from '../../i18n';
import { useRealtime } from '../../realtime';
import { cx, ErrorNote, Loading, Page, Section } from '../../ui';
import { useShare } from '../reports/share';
import { Agents, Queues, Risks, Talks } from './Boards';
import { floorMessages } from './messages';
import { Monitor } from './Monitor';
import { Record } from './Record';
import { SetState } from './SetState';
import { useElapsed } from './time';
import styles from './Floor.module.css';

export default function FloorPage(_props: { params: Record<string, string> }) {
  const t = useT(floorMessages);
  const { formatTime } = useFormat();
  usePageTitle(t('title'));
  const { wallboard } = useRealtime();
  const [agent, setAgent] = useState<AgentNow | null>(null);
  const [talk, setTalk] = useState<TalkNow | null>(null);
  const { data: board, dataUpdatedAt, error, refetch } = useQuery({
    queryKey: ['wallboard'],
    queryFn: ({ signal }) => api.get<WallboardView>('/wallboard', undefined, signal),
  });
  useEffect(() => {
    wallboard(true);
    return () => wallboard(false);
  }, [wallboard]);
  // The agent may be another by now.
  const shown = board?.talks.find((one) => one.conversation_id === talk?.conversation_id);
  const gapMs = board ? board.now - dataUpdatedAt : 0;
  return (
    <Page title={t('title')} back={{ to: '/overview', label: t('overview') }} description={board && t('live', { time: formatTime(board.now) })} width="full">
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!board && !error && <Loading />}
      {board && (
        <div className={styles.floor}>
          <Tiles board={board} gapMs={gapMs} />
          <div className={styles.boards}>
            <div className={styles.column}>
              <Section title={t('queues')}>
                <Queues queues={board.queues} gapMs={gapMs} />
              </Section>
              <Section title={t('risks')}>
                <Risks risks={board.risks} gapMs={gapMs} />
              </Section>
            </div>
            <Section title={t('agents')}>
              <Agents agents={board.agents} gapMs={gapMs} onSet={setAgent} />
            </Section>
          </div>
          <Section title={t('talks')} description={t('talksText')}>
            <Talks talks={board.talks} agents={board.agents} gapMs={gapMs} onOpen={setTalk} />
          </Section>
          <Record agents={board.agents} />
        </div>
      )}
      {agent && <SetState agent={agent} onClose={() => setAgent(null)} />}
      {talk && <Monitor talk={shown ?? talk} agents={board?.agents ?? []} onClose={() => setTalk(null)} />}
    </Page>
  );
}

function Tiles({ board, gapMs }: { board: WallboardView; gapMs: number }) {
  const t = useT(floorMessages);
  const { formatNumber, formatDuration } = useFormat();
  const share = useShare();
  const elapsed = useElapsed(gapMs);
  const { today } = board;
  const waiting = board.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const oldest = Math.min(...board.queues.map((queue) => queue.oldest_at ?? Infinity));
  const median = today.first_response_median_ms;
  const tiles: [string, string, string, boolean][] = [
    [t('waiting'), formatNumber(waiting), waiting > 0 && oldest < Infinity ? t('waitingHint', { wait: elapsed(oldest) }) : t('nobody'), waiting > 0],
    [t('service'), share(today.service_level), t('serviceHint', { target: formatDuration(today.service_target_ms) }), false],
    [t('abandoned'), share(today.abandoned), t('abandonedHint'), false],
    [t('response'), median === null ? '–' : formatDuration(median), t('responseHint'), false],
    [t('bot'), share(today.bot_only), t('botHint'), false],
    [t('conversations'), formatNumber(today.conversations), t('conversationsHint'), false],
  ];
  return (
    <section className={styles.tiles} aria-label={t('today')}>
      {tiles.map(([label, value, hint, warm]) => (
        <div key={label} className={cx(styles.tile, warm && styles.warm)}>
          <h2 className={styles.label}>{label}</h2>
          <p className={styles.number}>{value}</p>
          <p className={styles.small}>{hint}</p>
        </div>
      ))}
    </section>
  );
}
