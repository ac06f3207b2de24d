// Settings: the policy in force, its draft with a trial on yesterday's conversations, and what people can do.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError } from '../../api';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, ErrorNote, Field, Loading, Page, Section, Table, TextArea, toast } from '../../ui';
import { routingMessages } from './messages';
import type { Played, Policy, PolicyView, RoutingView, Simulation } from './model';
import { SkillsSection } from './SkillsSection';
import styles from './RoutingPage.module.css';

const KEY = ['routing'] as const;

export default function RoutingPage() {
  const t = useT(routingMessages);
  const view = useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.get<RoutingView>('/routing', undefined, signal) });
  return (
    <Page title={t('title')} description={t('description')}>
      {view.isPending && <Loading />}
      {view.error && <ErrorNote error={view.error} onRetry={() => void view.refetch()} />}
      {view.data && <InForce live={view.data.live} />}
      {view.data && <Draft key={view.data.draft?.revision ?? 0} view={view.data} />}
      <SkillsSection />
    </Page>
  );
}

function InForce({ live }: { live: PolicyView }) {
  const t = useT(routingMessages);
  const { formatDateTime, formatDuration } = useFormat();
  const rules = live.policy.rules ?? [];
  const levels = Object.entries(live.policy.sla ?? {});
  const time = (seconds: number): string => formatDuration(seconds * 1_000);
  const text = live.version === 0 ? t('liveNone') : t('liveVersion', { n: live.version, time: formatDateTime(live.changed_at) });
  return (
    <Section title={t('live')} description={text}>
      {live.version > 0 && (
        <div className={styles.columns}>
          <div>
            <h3>{t('rules')}</h3>
            {rules.length === 0 && <p>{t('noRules')}</p>}
            <ol>
              {rules.map((rule) => (
                <li key={rule.id}>
                  {rule.name || rule.id} {rule.off && <Badge>{t('off')}</Badge>}
                </li>
              ))}
            </ol>
          </div>
          <div>
            <h3>{t('levels')}</h3>
            {levels.length === 0 && <p>{t('noLevels')}</p>}
            <ul>
              {levels.map(([key, level]) => (
                <li key={key}>
                  {level.name || key} {level.first_response_seconds && <Badge>{t('first', { time: time(level.first_response_seconds) })}</Badge>}{' '}
                  {level.next_response_seconds && <Badge>{t('next', { time: time(level.next_response_seconds) })}</Badge>}{' '}
                  {level.resolution_seconds && <Badge>{t('resolution', { time: time(level.resolution_seconds) })}</Badge>}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </Section>
  );
}

const print = (policy: Policy): string => JSON.stringify(policy, null, 2);

function Draft({ view }: { view: RoutingView }) {
  const t = useT(routingMessages);
  const client = useQueryClient();
  const stored = view.draft ? print(view.draft.policy) : print(view.live.policy);
  const [text, setText] = useState(stored);
  const [faults, setFaults] = useState<string[]>([]);
  const [busy, setBusy] = useState<'save' | 'simulate' | null>(null);
  const [asking, setAsking] = useState(false);
  const [played, setPlayed] = useState<Simulation | null>(null);
  const changed = view.draft === null || text !== stored;

  const run = async (what: 'save' | 'simulate', work: (policy: unknown) => Promise<void>): Promise<void> => {
    setFaults([]);
    let policy: unknown;
    try {
      policy = JSON.parse(text);
    } catch (error) {
      return setFaults([t('notJson', { reason: String(error instanceof Error ? error.message : error) })]);
    }
    setBusy(what);
    try {
      await work(policy);
    } catch (error) {
      setFaults(told(error));
    } finally {
      setBusy(null);
    }
  };
  const save = () =>
    run('save', async (policy) => {
      await api.put('/routing/draft', { policy, revision: view.draft?.revision ?? 0 });
      await client.invalidateQueries({ queryKey: KEY });
      toast.success(t('saved'));
    });
  const simulate = () => run('simulate', async (policy) => setPlayed(await api.post<Simulation>('/routing/simulate', { policy })));

  return (
    <Section
      title={t('draft')}
      description={t('draftText')}
      actions={
        <>
          <Button onClick={() => setText(print(view.template))}>{t('template')}</Button>
          {view.draft && <Button onClick={() => setText(print(view.live.policy))}>{t('fromLive')}</Button>}
        </>
      }
    >
      <Field label={t('document')} error={faults.length > 0 ? faults.join('\n') : undefined} hint={changed ? t('saveFirst') : undefined}>
        {(control) => <TextArea {...control} className={styles.document} rows={22} spellCheck={false} value={text} onChange={(e) => setText(e.target.value)} />}
      </Field>
      <div className={styles.actions}>
        <Button variant="primary" busy={busy === 'save'} onClick={() => void save()} disabled={!changed}>
          {t('save')}
        </Button>
        <Button busy={busy === 'simulate'} onClick={() => void simulate()}>
          {t('simulate')}
        </Button>
        <Button onClick={() => setAsking(true)} disabled={changed}>
          {t('publish')}
        </Button>
      </div>
      {played && <Result played={played} />}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('publishTitle')}
        text={t('publishText')}
        action={t('publish')}
        onConfirm={async () => {
          const live = await api.post<PolicyView>('/routing/draft/publish', { revision: view.draft?.revision ?? 0 });
          await client.invalidateQueries({ queryKey: KEY });
          toast.success(t('published', { n: live.version }));
        }}
      />
    </Section>
  );
}

function told(error: unknown): string[] {
  if (!(error instanceof ApiError)) return [String(error)];
  return error.errors.length > 0 ? error.errors.map((e) => `${e.field}: ${e.message}`) : [error.detail];
}

interface Line {
  key: string;
  name: string;
  read(report: Played): string;
}

function Result({ played }: { played: Simulation }) {
  const t = useT(routingMessages);
  const { formatDuration, formatNumber, formatPercent } = useFormat();
  const rows: Line[] = [
    { key: 'served', name: t('served'), read: (r) => formatNumber(r.served) },
    { key: 'bot', name: t('byBot'), read: (r) => formatNumber(r.by_bot) },
    { key: 'left', name: t('leftMessage'), read: (r) => formatNumber(r.left_message) },
    { key: 'mean', name: t('meanWait'), read: (r) => formatDuration(r.wait.mean_ms) },
    { key: 'longest', name: t('longestWait'), read: (r) => formatDuration(r.wait.max_ms) },
    { key: 'level', name: t('inTime'), read: (r) => formatPercent(r.service_level) },
    { key: 'kept', name: t('kept'), read: (r) => `${formatNumber(r.sla_kept)} / ${formatNumber(r.sla_promised)}` },
    { key: 'gini', name: t('fairness'), read: (r) => r.fairness_gini.toFixed(3) },
  ];
  return (
    <div>
      <h3>{t('result')}</h3>
      <p>{t('resultText', { arrivals: played.arrivals, people: played.people })}</p>
      <Table
        label={t('result')}
        rows={rows}
        rowKey={(row) => row.key}
        columns={[
          { key: 'name', title: t('measure'), grow: true, render: (row) => row.name },
          { key: 'live', title: t('now'), align: 'end', render: (row) => row.read(played.live) },
          { key: 'other', title: t('then'), align: 'end', render: (row) => row.read(played.other) },
        ]}
      />
    </div>
  );
}
