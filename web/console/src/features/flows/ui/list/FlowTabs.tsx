import type { ReactNode } from 'react';
import { navigate } from '../../../../app/router';
import { useT } from '../../../../i18n';
import { Tabs } from '../../../../ui';
import { listMessages } from '../../messages/list';

/** The lists of the flows' pages. */
export function FlowTabs({ here, children }: { here: 'flows' | 'rules' | 'runs'; children: ReactNode }) {
  const t = useT(listMessages);
  return (
    <Tabs
      value={here}
      onChange={(next) => navigate(`/${next}`)}
      label={t('title')}
      tabs={[
        { value: 'flows', label: t('flows') },
        { value: 'rules', label: t('rulesTab') },
        { value: 'runs', label: t('runsTab') },
      ]}
    >
      {children}
    </Tabs>
  );
}
