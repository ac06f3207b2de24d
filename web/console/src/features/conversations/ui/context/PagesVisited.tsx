// The customer's way over the site. Addresses come from their browser: linked only when they are web addresses.
import type { PageVisit } from '@qingniao/shared/api';
import { safeUrl } from '@qingniao/shared/url';
import { useT } from '../../../../i18n';
import { Badge, Loading } from '../../../../ui';
import { useContactPages } from '../../api/queries';
import { messages } from '../../messages';
import { Ago, useNow } from '../clock';
import { SafeLink } from '../thread/Markdown';
import styles from './Context.module.css';

const SHOWN = 8;
/** Later than this nobody is sure they are still there. */
const NOW_MS = 10 * 60_000;

export function PagesVisited({ contactId, page }: { contactId: string; page: PageVisit | null }) {
  const t = useT(messages);
  const { data } = useContactPages(contactId, true);
  const now = useNow();
  if (data === undefined) return <Loading />;
  if (data.length === 0 && page === null) return <p className={styles.none}>{t('noPages')}</p>;
  const visits = data.length > 0 ? data.slice(0, SHOWN) : page === null ? [] : [page];
  return (
    <ol className={styles.pages}>
      {visits.map((visit, index) => (
        <li key={`${visit.at ?? 0}-${index}`}>
          <span className={styles.pageLine}>
            <PageLink visit={visit} />
            {index === 0 && page?.url === visit.url && now - (visit.at ?? now) < NOW_MS && <Badge tone="success">{t('onPage')}</Badge>}
            {visit.at !== undefined && <Ago at={visit.at} className={styles.pageTime} />}
          </span>
          <bdi className={styles.pageUrl}>{visit.url}</bdi>
        </li>
      ))}
    </ol>
  );
}

function PageLink({ visit }: { visit: PageVisit }) {
  const url = /^https?:/i.test(visit.url) ? safeUrl(visit.url) : null;
  const title = visit.title || visit.url;
  if (url === null) {
    return (
      <span className={styles.pageTitle} dir="auto">
        {title}
      </span>
    );
  }
  return (
    <SafeLink url={url} className={styles.pageTitle}>
      {title}
    </SafeLink>
  );
}
