import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { knowledgeMessages } from './messages';
import { ArticleEditor } from './ui/ArticleEditor';
import { ArticleList } from './ui/ArticleList';

export default function KnowledgePage({ params }: { params: Record<string, string> }) {
  const t = useT(knowledgeMessages);
  usePageTitle(t('title'));
  if (!params.id) return <ArticleList />;
  return <ArticleEditor key={params.id} id={params.id === 'new' ? null : params.id} />;
}
