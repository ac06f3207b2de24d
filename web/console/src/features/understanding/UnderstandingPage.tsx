import { navigate, useSearchParam } from '../../app/router';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { Count, Page, Tabs } from '../../ui';
import { useLearningGroups } from './api';
import { understandingMessages } from './messages';
import { BacktestTab } from './ui/BacktestTab';
import { CheckTab } from './ui/CheckTab';
import { EntitiesTab } from './ui/EntitiesTab';
import { EvaluationTab } from './ui/EvaluationTab';
import { IntentEditor } from './ui/IntentEditor';
import { IntentList } from './ui/IntentList';
import { LearningInbox } from './ui/LearningInbox';
import { RolloutTab } from './ui/RolloutTab';
import { TrainingTab } from './ui/TrainingTab';
import { TryTab } from './ui/TryTab';

const TABS = ['intents', 'entities', 'check', 'training', 'evaluation', 'backtest', 'rollout', 'try', 'learning'] as const;
type Tab = (typeof TABS)[number];

export default function UnderstandingPage({ params }: { params: Record<string, string> }) {
  const t = useT(understandingMessages);
  usePageTitle(t('title'));
  if (params.id) return <IntentEditor key={params.id} id={params.id === 'new' ? null : params.id} />;
  return <Workshop />;
}

function Workshop() {
  const t = useT(understandingMessages);
  const [wanted] = useSearchParam('tab');
  const tab = TABS.find((known) => known === wanted) ?? 'intents';
  const learning = useLearningGroups();
  const waiting = learning.data?.reduce((sum, group) => sum + group.items.length, 0) ?? 0;
  return (
    <Page title={t('title')} description={t('description')}>
      <Tabs<Tab>
        value={tab}
        onChange={(next) => navigate(next === 'intents' ? '/understanding' : `/understanding?tab=${next}`, { replace: true })}
        label={t('title')}
        tabs={TABS.map((value) => ({
          value,
          label: (
            <>
              {t(`tab_${value}`)}
              {value === 'learning' && <Count value={waiting} />}
            </>
          ),
        }))}
      >
        {tab === 'intents' && <IntentList />}
        {tab === 'entities' && <EntitiesTab />}
        {tab === 'training' && <TrainingTab />}
        {tab === 'check' && <CheckTab />}
        {tab === 'evaluation' && <EvaluationTab />}
        {tab === 'backtest' && <BacktestTab />}
        {tab === 'rollout' && <RolloutTab />}
        {tab === 'try' && <TryTab />}
        {tab === 'learning' && <LearningInbox />}
      </Tabs>
    </Page>
  );
}
