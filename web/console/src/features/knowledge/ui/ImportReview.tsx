import { useState } from 'react';
import type { ImportChange, ImportSectionView, KnowledgeImportView } from '@qingniao/shared/api';
import { useHasRole } from '../../../app/session';
import { useT } from '../../../i18n';
import { Badge, Button, Checkbox, Dialog, EmptyState, ErrorNote, LoadMore, Loading, Switch, toast, type Tone } from '../../../ui';
import { useApplyImport, useImportPreview } from '../library-api';
import { ScopeBadges } from './ScopeBadges';
import { libraryMessages } from '../library-messages';
import styles from './Library.module.css';

const CHANGE_TONE: Record<ImportChange, Tone> = { added: 'success', updated: 'info', unchanged: 'neutral', kept: 'violet', waiting: 'warning', archived: 'danger' };
const CHANGES = Object.keys(CHANGE_TONE) as ImportChange[];

/** What is in a document and what taking it over would change; what is unticked stays as it is. */
export function ImportReview({ document, onClose }: { document: KnowledgeImportView; onClose: () => void }) {
  const t = useT(libraryMessages);
  const mayEdit = useHasRole('supervisor');
  const [publish, setPublish] = useState(false);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const preview = useImportPreview(document.id, publish);
  const apply = useApplyImport();
  const first = preview.data?.pages[0];
  const items = preview.data?.pages.flatMap((page) => page.items) ?? [];
  function toggle(id: string, wanted: boolean) {
    const next = new Set(leftOut);
    if (wanted) next.delete(id);
    else next.add(id);
    setLeftOut(next);
  }
  function takeOver() {
    apply.mutate(
      { id: document.id, publish, leaveOut: [...leftOut] },
      {
        onSuccess: (done) => {
          toast.success(t('applied', { added: done.counts?.added ?? 0, updated: done.counts?.updated ?? 0, archived: done.counts?.archived ?? 0 }));
          onClose();
        },
      },
    );
  }
  return (
    <Dialog
      open
      kind="side"
      onClose={onClose}
      title={document.name}
      description={t('reviewText', { n: document.sections })}
      footer={
        mayEdit && (
          <Button variant="primary" busy={apply.isPending} disabled={!first} onClick={takeOver}>
            {t('apply')}
          </Button>
        )
      }
    >
      <div className={styles.review}>
        {mayEdit && <Switch checked={publish} onChange={setPublish} label={t('publish')} hint={t('publishHint')} />}
        {apply.error && <ErrorNote error={apply.error} />}
        {preview.isPending && <Loading />}
        {preview.error && <ErrorNote error={preview.error} onRetry={() => void preview.refetch()} />}
        {first && (
          <p className={styles.badges}>
            {CHANGES.filter((change) => first.counts[change] > 0).map((change) => (
              <Badge key={change} tone={CHANGE_TONE[change]}>
                {t(`change_${change}`)} {first.counts[change]}
              </Badge>
            ))}
          </p>
        )}
        {first && items.length === 0 && <EmptyState icon="check" title={t('nothing')} />}
        <ul className={styles.items}>
          {items.map((item) => (
            <Item key={item.article_id} item={item} wanted={!leftOut.has(item.article_id)} mayEdit={mayEdit} onToggle={(wanted) => toggle(item.article_id, wanted)} />
          ))}
        </ul>
        <LoadMore hasMore={preview.hasNextPage} busy={preview.isFetchingNextPage} onClick={() => void preview.fetchNextPage()} />
      </div>
    </Dialog>
  );
}

interface ItemProps {
  item: ImportSectionView;
  wanted: boolean;
  mayEdit: boolean;
  onToggle: (wanted: boolean) => void;
}

function Item({ item, wanted, mayEdit, onToggle }: ItemProps) {
  const t = useT(libraryMessages);
  const writes = item.change === 'added' || item.change === 'updated' || item.change === 'archived';
  const differs = item.body_before !== null && item.body_before !== item.body;
  return (
    <li className={styles.item}>
      <div className={styles.itemHead}>
        {mayEdit && writes ? <Checkbox checked={wanted} onChange={onToggle} label={t('include', { title: item.title })} /> : <strong>{item.title}</strong>}
        <Badge tone={CHANGE_TONE[item.change]}>{t(`change_${item.change}`)}</Badge>
        <ScopeBadges scope={item.scope} today={new Date().toLocaleDateString('sv')} />
        {item.category && <span className={styles.quiet}>{item.category}</span>}
      </div>
      {item.questions.length > 0 && <p className={styles.quiet}>{item.questions.join(' · ')}</p>}
      {differs ? (
        <div className={styles.sides}>
          <Side title={t('before')} body={item.body_before ?? ''} />
          <Side title={t('after')} body={item.body} />
        </div>
      ) : (
        <pre className={styles.body}>{item.body}</pre>
      )}
    </li>
  );
}

export function Side({ title, body }: { title: string; body: string }) {
  return (
    <section className={styles.side}>
      <h3 className={styles.sideTitle}>{title}</h3>
      <pre className={styles.body}>{body}</pre>
    </section>
  );
}
