import { useT } from '../../../../i18n';
import { Button, Field, Select } from '../../../../ui';
import { messages } from '../../messages';
import type { ListQuery, Sort } from '../../model/buckets';
import { changeListQuery } from '../../model/view-state';
import { useLookups } from '../lookups';
import styles from './ListPane.module.css';

const ANY = '*';

export function FilterFields({ query, used, onSave }: { query: ListQuery; used: number; onSave(): void }) {
  const t = useT(messages);
  const { inboxes, teams, labels } = useLookups();
  const pick = (key: 'inbox_id' | 'team_id' | 'label') => (value: string) => changeListQuery({ [key]: value === ANY ? null : value });
  return (
    <div className={styles.filters}>
      <Field label={t('sort')}>
        {(control) => (
          <Select<Sort>
            {...control}
            value={query.sort}
            onChange={(sort) => changeListQuery({ sort })}
            options={[
              { value: 'recent', label: t('sortRecent') },
              { value: 'oldest_waiting', label: t('sortWaiting') },
            ]}
          />
        )}
      </Field>
      <Field label={t('filterInbox')}>
        {(control) => (
          <Select
            {...control}
            value={query.inbox_id ?? ANY}
            onChange={pick('inbox_id')}
            options={[{ value: ANY, label: t('anyInbox') }, ...inboxes.map((inbox) => ({ value: inbox.id, label: inbox.name }))]}
          />
        )}
      </Field>
      <Field label={t('filterTeam')}>
        {(control) => (
          <Select
            {...control}
            value={query.team_id ?? ANY}
            onChange={pick('team_id')}
            options={[{ value: ANY, label: t('anyTeam') }, ...teams.map((team) => ({ value: team.id, label: team.name }))]}
          />
        )}
      </Field>
      <Field label={t('filterLabel')}>
        {(control) => (
          <Select
            {...control}
            value={query.label ?? ANY}
            onChange={pick('label')}
            options={[{ value: ANY, label: t('anyLabel') }, ...labels.map((known) => ({ value: known.name, label: known.name }))]}
          />
        )}
      </Field>
      {used > 0 && (
        <Button variant="ghost" size="sm" onClick={() => changeListQuery({ inbox_id: null, team_id: null, label: null })}>
          {t('clearFilters')}
        </Button>
      )}
      <Button variant="ghost" size="sm" icon="star" onClick={onSave}>
        {t('saveView')}
      </Button>
    </div>
  );
}
