import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ReportGroup, ReportView, UserView } from '@qingniao/shared/api';
import { api, useAll } from '../../api';
import { useSession } from '../../app/session';
import { usePageTitle } from '../../app/title';
import { useFormat, useT } from '../../i18n';
import { Button, EmptyState, ErrorNote, Loading, Page, Section, Segmented, Select, Toolbar } from '../../ui';
import { Behind } from './Behind';
import { Heat } from './Heat';
import { mailMessages } from './mail-messages';
import { MailDialog } from './MailDialog';
import { reportMessages } from './messages';
import { DIMENSIONS, hundredths, PERIODS, since, type Dimension, type Period } from './model';
import { Fairness } from './Fairness';
import { Groups } from './Groups';
import { Reasons } from './Reasons';
import { Times } from './Times';
import { useShare } from './share';
import styles from './ReportsPage.module.css';

export default function ReportsPage(_props: { params: Record<string, string> }) {
  const t = useT(reportMessages);
  const { formatDate } = useFormat();
  const { tenant } = useSession();
  usePageTitle(t('title'));
  const [period, setPeriod] = useState<Period>('days7');
  const [by, setBy] = useState<Dimension>('day');
  const [inbox, setInbox] = useState('all');
  const [agent, setAgent] = useState('all');
  const mail = useT(mailMessages);
  const [mailing, setMailing] = useState(false);
  const [behind, setBehind] = useState<ReportGroup | null>(null);
  const query = { from: since(period, Date.now(), tenant.time_zone), by, ...(inbox === 'all' ? {} : { inbox }), ...(agent === 'all' ? {} : { agent }) };
  const report = useQuery({
    queryKey: ['reports', query],
    queryFn: ({ signal }) => api.get<ReportView>('/reports', query, signal),
    placeholderData: (before) => before,
  });
  const users = useAll<UserView>('users');
  const inboxes = useQuery({
    queryKey: ['inboxes', 'names'],
    queryFn: ({ signal }) => api.get<{ items: { id: string; name: string }[] }>('/inboxes', { limit: 200 }, signal),
  });
  const change = <V,>(set: (value: V) => void) => (value: V) => {
    setBehind(null);
    set(value);
  };
  const csv = `/api/v1/reports/table.csv?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`;
  const view = report.data;
  return (
    <Page
      title={t('title')}
      back={{ to: '/overview', label: t('overview') }}
      description={view && t('text', { from: formatDate(view.from), to: formatDate(view.to), zone: view.time_zone })}
      actions={
        <>
          <Button icon="send" onClick={() => setMailing(true)}>
            {mail('open')}
          </Button>
          <a className={styles.download} href={csv} download="report.csv">
            {t('csv')}
          </a>
        </>
      }
    >
      <Toolbar>
        <Segmented label={t('period')} value={period} onChange={change(setPeriod)} options={PERIODS.map((value) => ({ value, label: t(value) }))} />
        <div className={styles.choice}>
          <Select label={t('by')} value={by} onChange={change(setBy)} options={DIMENSIONS.map((value) => ({ value, label: t(`by_${value}`) }))} />
        </div>
        <div className={styles.choice}>
          <Select
            label={t('inbox')}
            value={inbox}
            onChange={change(setInbox)}
            options={[{ value: 'all', label: t('every') }, ...(inboxes.data?.items ?? []).map((i) => ({ value: i.id, label: i.name }))]}
          />
        </div>
        <div className={styles.choice}>
          <Select
            label={t('agent')}
            value={agent}
            onChange={change(setAgent)}
            options={[{ value: 'all', label: t('everybody') }, ...(users.data ?? []).map((u) => ({ value: u.id, label: u.name }))]}
          />
        </div>
      </Toolbar>
      {report.isPending && <Loading />}
      {report.error && <ErrorNote error={report.error} onRetry={() => void report.refetch()} />}
      {view && view.total.conversations === 0 && <EmptyState icon="chart" title={t('empty')} text={t('emptyText')} />}
      {view && view.total.conversations > 0 && (
        <>
          <Tiles report={view} />
          <Section title={t('groups')}>
            <Groups groups={view.groups} by={by} onOpen={setBehind} />
          </Section>
          {behind && <Behind query={query} group={behind} onClose={() => setBehind(null)} />}
          <Reasons total={view.total} />
          <Times from={view.from} to={view.to} users={users.data ?? []} only={agent === 'all' ? null : agent} />
          {agent === 'all' && inbox === 'all' && <Fairness from={view.from} to={view.to} />}
          <Section title={t('heat')} description={t('heatText')}>
            <Heat hours={view.heat} />
          </Section>
        </>
      )}
      {mailing && (
        <MailDialog
          shown={{ by, only_inbox_id: inbox === 'all' ? null : inbox, only_agent_id: agent === 'all' ? null : agent }}
          onClose={() => setMailing(false)}
        />
      )}
    </Page>
  );
}

function Tiles({ report }: { report: ReportView }) {
  const t = useT(reportMessages);
  const { formatNumber, formatDuration } = useFormat();
  const share = useShare();
  const { total } = report;
  const length = (ms: number | null) => (ms === null ? '–' : formatDuration(ms));
  const hours = formatNumber(report.follow_up_ms / 3_600_000);
  const rated = hundredths(total.csat_mean_x100);
  const tiles: [string, string, ReactNode][] = [
    [t('conversations'), t('conversationsHint'), formatNumber(total.conversations)],
    [t('botOnly'), t('botOnlyHint'), share(total.bot_only)],
    [t('botLasting'), t('botLastingHint', { hours }), share(total.bot_only_lasting)],
    [t('contact'), t('contactHint', { hours }), share(total.first_contact)],
    [t('response'), t('responseHint', { p90: length(total.first_response.p90_ms) }), length(total.first_response.median_ms)],
    [t('service'), t('serviceHint', { target: length(report.service_target_ms) }), share(total.service_level)],
    [t('abandoned'), t('abandonedHint'), share(total.abandoned)],
    [t('handle'), t('handleHint'), length(total.handle.mean_ms)],
    [t('handleAll'), t('handleAllHint'), length(total.handle_all.mean_ms)],
    [t('afterWork'), t('afterWorkHint', { count: formatNumber(total.after_work.count) }), length(total.after_work.mean_ms)],
    [t('resolution'), t('resolutionHint'), length(total.resolution.median_ms)],
    [t('transfers'), t('transfersHint'), formatNumber(total.transfers)],
    [
      t('csat'),
      total.satisfied.of === 0 ? t('noRating') : t('csatHint', { count: formatNumber(total.satisfied.of), share: share(total.satisfied) }),
      rated,
    ],
    [
      t('quality'),
      total.reviewed === 0 ? t('noReview') : t('qualityHint', { count: formatNumber(total.reviewed), fatal: share(total.fatal) }),
      hundredths(total.quality_mean_x100),
    ],
  ];
  return (
    <section className={styles.tiles} aria-label={t('title')}>
      {tiles.map(([label, hint, value]) => (
        <div key={label} className={styles.tile}>
          <h2 className={styles.label}>{label}</h2>
          <p className={styles.number}>{value}</p>
          <p className={styles.hint}>{hint}</p>
        </div>
      ))}
    </section>
  );
}
