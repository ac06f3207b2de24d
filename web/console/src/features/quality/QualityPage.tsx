// Quality of conversations: what is to score, what came of it, and the forms and plans behind it. Agents see their own results.
import { useSearchParam } from '../../app/router';
import { useHasRole } from '../../app/session';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { Page, Tabs } from '../../ui';
import { FormsTab } from './FormsTab';
import { qualityMessages } from './messages';
import { PlansTab } from './PlansTab';
import { QueueTab } from './QueueTab';
import { ResultsTab } from './ResultsTab';
import styles from './Quality.module.css';

const TABS = ['queue', 'results', 'plans', 'forms'] as const;

export default function QualityPage(_props: { params: Record<string, string> }) {
  const t = useT(qualityMessages);
  const supervises = useHasRole('supervisor');
  const [wanted, setTab] = useSearchParam('tab');
  usePageTitle(t('title'));
  if (!supervises) {
    return (
      <Page title={t('title')} description={t('mine')}>
        <ResultsTab own />
      </Page>
    );
  }
  const tab = TABS.find((one) => one === wanted) ?? 'queue';
  return (
    <Page title={t('title')} description={t('description')}>
      <Tabs label={t('title')} value={tab} onChange={setTab} tabs={TABS.map((value) => ({ value, label: t(value) }))}>
        <div className={styles.side}>
          {tab === 'queue' && <QueueTab />}
          {tab === 'results' && <ResultsTab />}
          {tab === 'plans' && <PlansTab />}
          {tab === 'forms' && <FormsTab />}
        </div>
      </Tabs>
    </Page>
  );
}
