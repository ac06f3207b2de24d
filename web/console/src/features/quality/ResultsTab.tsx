import { useState } from 'react';
import type { UserView } from '@qingniao/shared/api';
import { useAll } from '../../api';
import { Link } from '../../app/router';
import { useT } from '../../i18n';
import { EmptyState, Select, Toolbar } from '../../ui';
import { useReviews } from './api';
import { qualityMessages } from './messages';
import { ReviewTable } from './ReviewTable';

const STATES = ['submitted', 'appealed', 'settled'] as const;

/** What was submitted: of everybody for supervisors, of one's own work for agents. */
export function ResultsTab({ own = false }: { own?: boolean }) {
  const t = useT(qualityMessages);
  const [agent, setAgent] = useState('');
  const [state, setState] = useState('');
  const users = useAll<UserView>('users');
  const reviews = useReviews({ done: true, ...(own ? { agent: 'me' } : { agent }), state });
  return (
    <>
      {!own && (
        <Toolbar>
          <Select
            label={t('agent')}
            value={agent}
            onChange={setAgent}
            options={[{ value: '', label: t('allAgents') }, ...(users.data ?? []).map((u) => ({ value: u.id, label: u.name }))]}
          />
          <Select
            label={t('state')}
            value={state}
            onChange={setState}
            options={[{ value: '', label: t('everybody') }, ...STATES.map((value) => ({ value: value as string, label: t(value) }))]}
          />
          <Link to="/reports">{t('scoresOver')}</Link>
        </Toolbar>
      )}
      <ReviewTable label={t('results')} reviews={reviews} own={own} showScore empty={<EmptyState icon="chart" title={t('noResults')} text={t('noResultsText')} />} />
    </>
  );
}
