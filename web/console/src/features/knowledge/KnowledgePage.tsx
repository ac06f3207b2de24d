import { useState } from 'react';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { knowledgeMessages } from './messages';
import { ArticleEditor } from './ui/ArticleEditor';
import { KnowledgeHome } from './ui/KnowledgeHome';

/** An article that was just made keeps the editor it was made in, and what was typed since. */
export default function KnowledgePage({ params }: { params: Record<string, string> }) {
  const t = useT(knowledgeMessages);
  usePageTitle(t('title'));
  const [made, setMade] = useState<{ id: string; key: string } | null>(null);
  if (!params.id) return <KnowledgeHome />;
  const isNew = params.id === 'new';
  const key = isNew ? `new after ${made?.id}` : params.id === made?.id ? made.key : params.id;
  return <ArticleEditor key={key} id={isNew ? null : params.id} onMade={(id) => setMade({ id, key })} />;
}
