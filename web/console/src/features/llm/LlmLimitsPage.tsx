// Settings: what the company allows itself to spend at the language model in a month, and what it spent.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LlmLimitsView } from '@qingniao/shared/api';
import { api } from '../../api';
import { useLeaveGuard } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { EmptyState, ErrorNote, Field, fieldError, Loading, Page, SaveBar, Section, TextInput, toast, uiMessages } from '../../ui';
import { llmMessages } from './messages';
import { holding, problemsOf, toBody, toDraft, type LimitsDraft } from './model';
import styles from './LlmLimitsPage.module.css';

/** Begins with the resource's path, so that a change is read again. */
const LIMITS = ['llm-limits'] as const;
const CENTS = 100;

export default function LlmLimitsPage() {
  const t = useT(llmMessages);
  const limits = useQuery({ queryKey: LIMITS, queryFn: ({ signal }) => api.get<LlmLimitsView>('/llm-limits', undefined, signal) });
  return (
    <Page title={t('title')} description={t('description')}>
      {limits.isPending && <Loading />}
      {limits.error && <ErrorNote error={limits.error} onRetry={() => void limits.refetch()} />}
      {limits.data?.model === null && <EmptyState icon="bot" title={t('noModel')} text={t('noModelText')} />}
      {limits.data && limits.data.model !== null && (
        <>
          <Spent limits={limits.data} />
          <Editor key={limits.data.version} limits={limits.data} />
        </>
      )}
    </Page>
  );
}

function Spent({ limits }: { limits: LlmLimitsView }) {
  const t = useT(llmMessages);
  const { formatNumber } = useFormat();
  const of = (used: number, limit: number) => (limit > 0 ? t('ofLimit', { used: formatNumber(used), limit: formatNumber(limit) }) : formatNumber(used));
  return (
    <Section title={t('spent')}>
      {limits.used_up && <p className={styles.warning}>{t('usedUp')}</p>}
      <dl className={styles.figures}>
        <div>
          <dt>{t('tokens')}</dt>
          <dd>{of(limits.spent_tokens, holding(limits.month_tokens, limits.month_tokens_max))}</dd>
        </div>
        {limits.has_price && (
          <div>
            <dt>{t('money')}</dt>
            <dd>{of(limits.spent_cents / CENTS, holding(limits.month_cents, limits.month_cents_max) / CENTS)}</dd>
          </div>
        )}
        <div>
          <dt>{t('calls')}</dt>
          <dd>{formatNumber(limits.calls)}</dd>
        </div>
        <div>
          <dt>{t('model')}</dt>
          <dd>{limits.model}</dd>
        </div>
      </dl>
    </Section>
  );
}

function Editor({ limits }: { limits: LlmLimitsView }) {
  const t = useT(llmMessages);
  const ui = useT(uiMessages);
  const { formatNumber } = useFormat();
  const client = useQueryClient();
  const stored = toDraft(limits);
  const [draft, setDraft] = useState(stored);
  const [checked, setChecked] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const set = (patch: Partial<LimitsDraft>) => setDraft((old) => ({ ...old, ...patch }));
  const dirty = draft.tokens !== stored.tokens || draft.money !== stored.money;
  const problems = problemsOf(draft, limits);
  const [tokensMax, moneyMax] = [formatNumber(limits.month_tokens_max), formatNumber(limits.month_cents_max / CENTS)];
  useLeaveGuard(dirty, ui('unsavedQuestion'));

  async function save() {
    setChecked(true);
    if (problems.tokens || problems.money) return;
    setBusy(true);
    setError(null);
    try {
      client.setQueryData(LIMITS, await api.put<LlmLimitsView>('/llm-limits', toBody(draft, limits.version)));
      toast.success(t('saved'));
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  }

  const tokensProblem = checked && problems.tokens ? t(problems.tokens, { max: tokensMax }) : undefined;
  const moneyProblem = checked && problems.money ? t(problems.money, { max: moneyMax }) : undefined;
  return (
    <>
      {error !== null && <ErrorNote error={error} />}
      <Section title={t('limits')}>
        <Field label={t('tokensLabel')} hint={limits.month_tokens_max > 0 ? t('hintMax', { max: tokensMax }) : t('hint')} error={fieldError(error, 'month_tokens') ?? tokensProblem}>
          {(control) => <TextInput {...control} inputMode="numeric" className={styles.number} value={draft.tokens} onChange={(event) => set({ tokens: event.target.value })} />}
        </Field>
        {limits.has_price || draft.money !== '' ? (
          <Field
            label={t('moneyLabel')}
            hint={`${t('moneyHint')} ${limits.month_cents_max > 0 ? t('hintMax', { max: moneyMax }) : t('hint')}`}
            error={fieldError(error, 'month_cents') ?? moneyProblem}
          >
            {(control) => <TextInput {...control} inputMode="decimal" className={styles.number} value={draft.money} onChange={(event) => set({ money: event.target.value })} />}
          </Field>
        ) : (
          <p className={styles.quiet}>{t('noPrice')}</p>
        )}
      </Section>
      <SaveBar
        dirty={dirty}
        busy={busy}
        onSave={() => void save()}
        onDiscard={() => {
          setDraft(stored);
          setChecked(false);
          setError(null);
        }}
      />
    </>
  );
}
