import { useEffect, useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Citation, Language, PublicArticle } from '@qingniao/shared/api';
import { api, path } from '../../../api';
import { Link } from '../../../app/router';
import { language as shown, useT } from '../../../i18n';
import { Dialog, ErrorNote, Icon, Loading, SafeHtml } from '../../../ui';
import { peekMessages } from '../peek-messages';
import styles from './ArticlePeek.module.css';

/** An article the bot cited, with the sentences that answered marked. */
export default function ArticlePeek({ citation, onClose }: { citation: Citation; onClose: () => void }) {
  const t = useT(peekMessages);
  const body = useRef<HTMLDivElement>(null);
  const quote = (citation.quotes ?? []).join('\n');
  const language = languageOf(citation);
  const page = useQuery({
    queryKey: ['articles', 'page', citation.article_id, language, quote],
    queryFn: ({ signal }) => api.get<PublicArticle>(path('/articles/{}/{}/page', citation.article_id, language), quote ? { quote } : undefined, signal),
  });
  useEffect(() => {
    body.current?.querySelector('mark')?.scrollIntoView({ block: 'center' });
  }, [page.data]);
  return (
    <Dialog open kind="side" onClose={onClose} title={page.data?.title ?? citation.title}>
      {page.isPending && <Loading />}
      {page.error && <ErrorNote error={page.error} onRetry={() => void page.refetch()} />}
      {page.data && (
        <>
          {page.data.html.includes('<mark>') && <p className={styles.note}>{t('marked')}</p>}
          <div ref={body} lang={page.data.language}>
            <SafeHtml html={page.data.html} />
          </div>
          <Link to={`/knowledge/${citation.article_id}?language=${page.data.language}`} className={styles.open}>
            <Icon name="book" size={14} />
            {t('open')}
          </Link>
        </>
      )}
    </Dialog>
  );
}

/** The address of the public page names it; the reader's own where there is none. */
function languageOf(citation: Citation): Language {
  const named = citation.url.split('/')[2];
  return named === 'zh-CN' || named === 'en' ? named : shown();
}
