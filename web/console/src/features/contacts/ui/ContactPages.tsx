import { useFormat, useT } from '../../../i18n';
import { ErrorNote, Loading, Section } from '../../../ui';
import { useContactPages } from '../api';
import { contactMessages } from '../messages';
import styles from './ContactDetail.module.css';

/** Addresses come from the customer's browser: shown as text, never as links. */
export function ContactPages({ contactId }: { contactId: string }) {
  const t = useT(contactMessages);
  const { formatDateTime } = useFormat();
  const pages = useContactPages(contactId);
  return (
    <Section title={t('pages')} description={t('pagesText')}>
      {pages.isPending && <Loading />}
      {pages.error && <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data?.length === 0 && <p className={styles.quiet}>{t('noPages')}</p>}
      {pages.data && pages.data.length > 0 && (
        <ol className={styles.list}>
          {pages.data.map((page, index) => (
            <li key={index} className={styles.page}>
              <span className={styles.rowTop}>{page.at !== undefined && formatDateTime(page.at)}</span>
              <span className={styles.text}>{page.title || page.url}</span>
              {page.title && <span className={styles.url}>{page.url}</span>}
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
