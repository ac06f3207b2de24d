import { lazy, Suspense, useState } from 'react';
import { useT } from '../../../../i18n';
import { IconButton } from '../../../../ui';
import { messages } from '../../messages';
import type { ListQuery } from '../../model/buckets';
import { Popover } from '../Popover';

const FilterFields = lazy(() => import('./FilterFields').then((m) => ({ default: m.FilterFields })));

export function Filters({ query, onSave }: { query: ListQuery; onSave(): void }) {
  const t = useT(messages);
  const [open, setOpen] = useState(false);
  const used = [query.inbox_id, query.team_id, query.label].filter((value) => value !== null).length;
  const label = used > 0 ? `${t('filters')}, ${t('filtersOn', { n: used })}` : t('filters');
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('filters')}
      trigger={<IconButton icon="filter" label={label} plain active={used > 0} />}
    >
      <Suspense fallback={null}>
        <FilterFields
          query={query}
          used={used}
          onSave={() => {
            setOpen(false);
            onSave();
          }}
        />
      </Suspense>
    </Popover>
  );
}
