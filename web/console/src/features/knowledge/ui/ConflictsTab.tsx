import type { ArticleConflictView, ArticleView, ClashView } from '@qingniao/shared/api';
import { Link } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, EmptyState, ErrorNote, Loading, toast } from '../../../ui';
import { useConflicts, useSettleConflict } from '../library-api';
import { libraryMessages } from '../library-messages';
import styles from './Library.module.css';

/** Published articles that repeat or contradict each other, side by side, for their editor to judge. */
export default function ConflictsTab() {
  const t = useT(libraryMessages);
  const conflicts = useConflicts();
  return (
    <div className={styles.tab}>
      <p className={styles.intro}>{t('conflictsText')}</p>
      {conflicts.isPending && <Loading />}
      {conflicts.error && <ErrorNote error={conflicts.error} onRetry={() => void conflicts.refetch()} />}
      {conflicts.data?.length === 0 && <EmptyState icon="check" title={t('noConflicts')} text={t('noConflictsText')} />}
      <ul className={styles.items}>
        {conflicts.data?.map((conflict) => (
          <Conflict key={conflict.key} conflict={conflict} />
        ))}
      </ul>
    </div>
  );
}

function Conflict({ conflict }: { conflict: ArticleConflictView }) {
  const t = useT(libraryMessages);
  const { formatPercent } = useFormat();
  const mayEdit = useHasRole('supervisor');
  const settle = useSettleConflict();
  return (
    <li className={styles.item}>
      <div className={styles.itemHead}>
        <Badge tone={conflict.kind === 'contradiction' ? 'danger' : 'warning'}>{t(`conflict_${conflict.kind}`)}</Badge>
        <span className={styles.quiet}>{t('alike', { share: formatPercent(conflict.alike) })}</span>
        {mayEdit && (
          <Button
            size="sm"
            variant="ghost"
            busy={settle.isPending}
            onClick={() => settle.mutate(conflict.key, { onSuccess: () => toast.success(t('settled')), onError: (error) => toast.error(error.message) })}
          >
            {t('settle')}
          </Button>
        )}
      </div>
      <div className={styles.sides}>
        <Article article={conflict.a} />
        <Article article={conflict.b} />
      </div>
      {conflict.clashes.length > 0 && (
        <ul className={styles.clashes}>
          {conflict.clashes.map((clash) => (
            <Clash key={clash.a + clash.b} clash={clash} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Clash({ clash }: { clash: ClashView }) {
  const t = useT(libraryMessages);
  return (
    <li className={styles.quiet}>
      {t(`clash_${clash.kind}`)}: <mark className={styles.mark}>{clash.a}</mark> ↔ <mark className={styles.mark}>{clash.b}</mark>
    </li>
  );
}

function Article({ article }: { article: ArticleView }) {
  return (
    <section className={styles.side} lang={article.language}>
      <h3 className={styles.name}>
        <Link to={`/knowledge/${article.id}?language=${article.language}`}>{article.title}</Link>
      </h3>
      <pre className={styles.body}>{article.body}</pre>
    </section>
  );
}
