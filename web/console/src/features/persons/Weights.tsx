// What likeness proves, usually and by the company's own contacts: seen, learnt anew, set aside.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { LevelView, MatchWeightsView } from '@qingniao/shared/person';
import { api } from '../../api';
import { useFormat, useT } from '../../i18n';
import { Button, ErrorNote, Loading, Section, Switch, Table, toast, type Column } from '../../ui';
import { personMessages } from './messages';
import type { Field, Level } from './PersonPanel';
import { weightsMessages } from './weightsMessages';
import styles from './Person.module.css';

/** Begins with the resource's name, so that a change is read again. */
const WEIGHTS = ['match-weights'] as const;

export function Weights() {
  const t = useT(weightsMessages);
  const client = useQueryClient();
  const weights = useQuery({ queryKey: WEIGHTS, queryFn: ({ signal }) => api.get<MatchWeightsView>('/match-weights', undefined, signal) });
  const onSuccess = (view: MatchWeightsView) => client.setQueryData(WEIGHTS, view);
  const choose = useMutation({ mutationFn: (used: boolean) => api.put<MatchWeightsView>('/match-weights', { used }), onSuccess });
  const learn = useMutation({ mutationFn: () => api.post<MatchWeightsView>('/match-weights/learn'), onSuccess });
  const view = weights.data;
  const isFew = view !== undefined && view.contacts < view.contacts_min;
  const again = () =>
    learn.mutate(undefined, {
      onSuccess: ({ learnt }) => {
        if (learnt) toast.success(t('learnt'));
      },
    });
  return (
    <Section
      title={t('title')}
      description={t('description')}
      actions={
        <Button busy={learn.isPending} disabled={view === undefined || isFew} onClick={again}>
          {t('learn')}
        </Button>
      }
    >
      {weights.isPending && <Loading />}
      {weights.error && <ErrorNote error={weights.error} onRetry={() => void weights.refetch()} />}
      {learn.error && <ErrorNote error={learn.error} />}
      {choose.error && <ErrorNote error={choose.error} />}
      {view && <Told view={view} isFew={isFew} />}
      {view && <Switch label={t('used')} hint={t('usedHint')} checked={view.used} disabled={choose.isPending} onChange={(used) => choose.mutate(used)} />}
      {view && <Levels view={view} />}
    </Section>
  );
}

function Told({ view, isFew }: { view: MatchWeightsView; isFew: boolean }) {
  const t = useT(weightsMessages);
  const { formatDateTime, formatNumber } = useFormat();
  const { learnt, contacts, contacts_min: min } = view;
  if (learnt) {
    const [from, pairs, same] = [learnt.contacts, learnt.pairs, learnt.same].map(formatNumber);
    return <p>{t('from', { at: formatDateTime(learnt.at), contacts: from ?? '', pairs: pairs ?? '', same: same ?? '' })}</p>;
  }
  return <p>{isFew ? t('few', { min, contacts: formatNumber(contacts) }) : t('never')}</p>;
}

function Levels({ view }: { view: MatchWeightsView }) {
  const t = useT(weightsMessages);
  const person = useT(personMessages);
  const { formatNumber } = useFormat();
  const counts = view.used && view.learnt !== null;
  const columns: Column<LevelView>[] = [
    { key: 'field', title: t('field'), render: (row) => person(`field_${row.field as Field}`) },
    { key: 'level', title: t('level'), grow: true, render: (row) => person(`level_${row.level as Level}`) },
    { key: 'usual', title: t('usual'), align: 'end', render: (row) => <Bits bits={row.usual} counts={!counts} /> },
    { key: 'own', title: t('own'), align: 'end', render: (row) => <Bits bits={row.own} counts={counts} /> },
    { key: 'pairs', title: t('pairs'), align: 'end', wideOnly: true, render: (row) => (row.pairs === null ? '–' : formatNumber(row.pairs)) },
  ];
  return <Table label={t('table')} columns={columns} rows={view.levels} rowKey={(row) => `${row.field} ${row.level}`} />;
}

/** Those that do not count are quiet. */
function Bits({ bits, counts }: { bits: number | null; counts: boolean }) {
  if (bits === null) return <span className={styles.quiet}>–</span>;
  const tone = bits >= 0 ? styles.for : styles.against;
  return (
    <span className={counts ? tone : styles.quiet}>
      {bits >= 0 ? '+' : '−'}
      {Math.abs(bits).toFixed(1)}
    </span>
  );
}
