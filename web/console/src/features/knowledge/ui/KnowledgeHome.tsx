import { Suspense, useState } from 'react';
import { navigate, useSearchParam } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useT } from '../../../i18n';
import { Button, Loading, Page, Tabs, lazy } from '../../../ui';
import { knowledgeMessages } from '../messages';
import { ArticleList } from './ArticleList';
import { AskPanel } from './AskPanel';

const ConflictsTab = lazy(() => import('./ConflictsTab'));
const DocumentsTab = lazy(() => import('./DocumentsTab'));
const ProductsTab = lazy(() => import('../../catalogue/ProductsTab'));
const SourcesTab = lazy(() => import('./SourcesTab'));

const TABS = ['articles', 'products', 'documents', 'sources', 'conflicts'] as const;
type Tab = (typeof TABS)[number];

/** What the company knows: its articles, and the documents they are made of. */
export function KnowledgeHome() {
  const t = useT(knowledgeMessages);
  const mayEdit = useHasRole('supervisor');
  const [wanted] = useSearchParam('tab');
  const [asking, setAsking] = useState(false);
  const tab = TABS.find((known) => known === wanted) ?? 'articles';
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          <Button icon="flask" onClick={() => setAsking(true)}>
            {t('ask')}
          </Button>
          {mayEdit && (
            <Button variant="primary" icon="plus" onClick={() => navigate('/knowledge/new')}>
              {t('new')}
            </Button>
          )}
        </>
      }
    >
      <Tabs<Tab>
        value={tab}
        onChange={(next) => navigate(next === 'articles' ? '/knowledge' : `/knowledge?tab=${next}`, { replace: true })}
        label={t('title')}
        tabs={TABS.map((value) => ({ value, label: t(`tab_${value}`) }))}
      >
        <Suspense fallback={<Loading />}>
          {tab === 'articles' && <ArticleList />}
          {tab === 'products' && <ProductsTab />}
          {tab === 'documents' && <DocumentsTab />}
          {tab === 'sources' && <SourcesTab />}
          {tab === 'conflicts' && <ConflictsTab />}
        </Suspense>
      </Tabs>
      {asking && <AskPanel onClose={() => setAsking(false)} />}
    </Page>
  );
}
