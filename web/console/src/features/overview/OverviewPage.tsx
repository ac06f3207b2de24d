import { Suspense, useEffect, useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { OverviewView } from '@qingniao/shared/api';
import { api } from '../../api';
import { Link } from '../../app/router';
import { useHasRole, useSession } from '../../app/session';
import { usePageTitle } from '../../app/title';
import { useFormat, useT } from '../../i18n';
import { cx, EmptyState, ErrorNote, IconButton, Loading, Page, PresenceDot, Section, Segmented, lazy } from '../../ui';
import { overviewMessages } from './messages';
import { SeriesTable } from './SeriesTable';
import styles from './OverviewPage.module.css';

const SeriesChart = lazy(() => import('./SeriesChart'));
const REFRESH_MS = 10_000;
/** A wait beyond this is shown as too long. */
const LONG_WAIT_MS = 5 * 60_000;

export default function OverviewPage(_props: { params: Record<string, string> }) {
  const t = useT(overviewMessages);
  const { formatDateTime } = useFormat();
  usePageTitle(t('title'));
  const supervises = useHasRole('supervisor');
  const further = (
    <>
      {supervises && <Link to="/floor">{t('floor')}</Link>}
      <Link to="/quality">{t('quality')}</Link>
      {supervises && <Link to="/reports">{t('reports')}</Link>}
    </>
  );
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => api.get<OverviewView>('/overview', undefined, signal),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page title={t('title')} description={overview.data && t('live', { time: formatDateTime(overview.data.now) })} actions={further}>
      {overview.isPending && <Loading />}
      {overview.error && <ErrorNote error={overview.error} onRetry={() => void overview.refetch()} />}
      {overview.data && (
        <>
          <Encoder overview={overview.data} />
          <LanguageModel overview={overview.data} />
          <Now overview={overview.data} readAt={overview.dataUpdatedAt} />
          <Today overview={overview.data} />
          <Series overview={overview.data} />
        </>
      )}
    </Page>
  );
}

/** Said only when something is to be done about it. */
function Encoder({ overview }: { overview: OverviewView }) {
  const t = useT(overviewMessages);
  const problem = overview.encoder?.problem;
  if (!problem) return null;
  return (
    <p className={styles.notice} role="status">
      {t(`encoder_${problem}`, { name: overview.encoder?.configured ?? '', detail: overview.encoder?.detail ?? '' })}
    </p>
  );
}

/** A model that fails or may not be asked any more; how it does otherwise is a line below today's figures. */
function LanguageModel({ overview }: { overview: OverviewView }) {
  const t = useT(overviewMessages);
  const { llm } = overview;
  if (llm === null || (llm.problem === null && !llm.used_up)) return null;
  return (
    <p className={styles.notice} role="status">
      {llm.problem === null ? t('llm_used_up', { name: llm.model }) : t('llm_problem', { name: llm.model, detail: llm.problem })}
    </p>
  );
}

/** Counts on between two answers of the server, by this clock's differences only. */
function useTicking(readAt: number): number {
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    const tick = () => setPassed(Math.max(0, Date.now() - readAt));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [readAt]);
  return passed;
}

function Now({ overview, readAt }: { overview: OverviewView; readAt: number }) {
  const t = useT(overviewMessages);
  const { formatDuration, formatNumber } = useFormat();
  const passed = useTicking(readAt);
  const wait = overview.longest_wait_ms === null || overview.waiting === 0 ? null : overview.longest_wait_ms + passed;
  return (
    <section aria-label={t('now')} className={styles.tiles}>
      <Tile label={t('waiting')} hint={t('waitingHint')} alert={overview.waiting > 0}>
        <Link to="/?bucket=queued" className={styles.number}>
          {formatNumber(overview.waiting)}
        </Link>
      </Tile>
      <Tile label={t('longest')} hint={t('longestHint')} alert={wait !== null && wait > LONG_WAIT_MS}>
        {wait === null ? <span className={styles.none}>{t('none')}</span> : <span className={styles.number}>{formatDuration(wait)}</span>}
      </Tile>
      <Tile label={t('active')} hint={t('activeHint')}>
        <span className={styles.number}>{formatNumber(overview.active)}</span>
      </Tile>
      <Tile label={t('agents')} hint={t('agentsHint')}>
        <ul className={styles.agents}>
          {(['online', 'busy', 'offline'] as const).map((presence) => (
            <li key={presence}>
              <PresenceDot presence={presence} />
              <span>{t(presence)}</span>
              <strong>{formatNumber(overview.agents[presence])}</strong>
            </li>
          ))}
        </ul>
      </Tile>
    </section>
  );
}

function Tile({ label, hint, alert, children }: { label: string; hint: string; alert?: boolean; children: ReactNode }) {
  return (
    <div className={cx(styles.tile, alert && styles.alert)}>
      <h2 className={styles.label}>{label}</h2>
      {children}
      <p className={styles.hint}>{hint}</p>
    </div>
  );
}

function Today({ overview }: { overview: OverviewView }) {
  const t = useT(overviewMessages);
  const { tenant } = useSession();
  const { formatNumber, formatPercent } = useFormat();
  const { today } = overview;
  const counts = [
    ['conversations', today.conversations],
    ['incoming', today.incoming],
    ['byAgents', today.outgoing - today.bot_messages],
    ['bot', today.bot_messages],
    ['handoffs', today.handoffs],
    ['resolved', today.resolved],
  ] as const;
  return (
    <Section title={t('today')} description={t('todayText', { zone: tenant.time_zone })}>
      <div className={styles.today}>
        <dl className={styles.counts}>
          {counts.map(([key, value]) => (
            <div key={key} className={styles.count}>
              <dt>{t(key)}</dt>
              <dd>{formatNumber(value)}</dd>
            </div>
          ))}
        </dl>
        <div className={styles.side}>
          <div className={styles.share}>
            <h3 className={styles.shareLabel}>
              {t('share')}
              <IconButton icon="info" size="sm" label={t('definition', { text: t('shareHint') })} />
            </h3>
            {today.resolved === 0 || today.bot_resolved_share === null ? (
              <p className={styles.none}>{t('noShare')}</p>
            ) : (
              <>
                <p className={styles.number}>{formatPercent(today.bot_resolved_share)}</p>
                <progress className={styles.bar} max={1} value={today.bot_resolved_share} aria-label={t('share')} />
                <p className={styles.hint}>{t('shareOf', { n: today.bot_resolved, total: today.resolved })}</p>
              </>
            )}
          </div>
          <Suggestions overview={overview} />
        </div>
      </div>
    </Section>
  );
}

/** How often agents use what is offered to them, and what the language model used for it. */
function Suggestions({ overview }: { overview: OverviewView }) {
  const t = useT(overviewMessages);
  const { formatNumber, formatPercent } = useFormat();
  const { accepted, edited, ignored, used_share } = overview.today.suggestions;
  const { llm } = overview;
  return (
    <div className={styles.share}>
      <h3 className={styles.shareLabel}>
        {t('suggestions')}
        <IconButton icon="info" size="sm" label={t('definition', { text: t('suggestionsHint') })} />
      </h3>
      {used_share === null ? (
        <p className={styles.none}>{t('noSuggestions')}</p>
      ) : (
        <>
          <p className={styles.number}>{formatPercent(used_share)}</p>
          <progress className={styles.bar} max={1} value={used_share} aria-label={t('suggestions')} />
          <p className={styles.hint}>{t('suggestionsOf', { accepted, edited, ignored })}</p>
        </>
      )}
      {llm !== null && (
        <p className={styles.hint}>
          {t(llm.tokens_max > 0 ? 'llmTodayOf' : 'llmToday', {
            name: llm.model,
            calls: formatNumber(llm.calls),
            tokens: formatNumber(llm.tokens),
            max: formatNumber(llm.tokens_max),
          })}
        </p>
      )}
    </div>
  );
}

function Series({ overview }: { overview: OverviewView }) {
  const t = useT(overviewMessages);
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const empty = overview.series.every((point) => point.incoming + point.outgoing === 0);
  return (
    <Section
      title={t('chart')}
      actions={
        <Segmented<'chart' | 'table'>
          label={t('view')}
          value={view}
          onChange={setView}
          options={[
            { value: 'chart', label: t('asChart') },
            { value: 'table', label: t('asTable') },
          ]}
        />
      }
    >
      {empty && <EmptyState icon="chart" title={t('noSeries')} />}
      {!empty && view === 'table' && <SeriesTable series={overview.series} />}
      {!empty && view === 'chart' && (
        <Suspense fallback={<Loading />}>
          <SeriesChart series={overview.series} />
        </Suspense>
      )}
    </Section>
  );
}
