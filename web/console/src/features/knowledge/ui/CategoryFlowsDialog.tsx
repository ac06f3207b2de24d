import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SaveArticleCategory } from '@qingniao/shared/api';
import { api, path, refreshResource } from '../../../api';
import { useLanguage, useT } from '../../../i18n';
import { Button, Dialog, ErrorNote, Loading, Select, toast } from '../../../ui';
import { useFlows } from '../../flows/api/queries';
import { useCategories } from '../api';
import { isStopped, nextFlowOptions } from '../model/next-flows';
import { scopeMessages } from '../scope-messages';
import styles from './CategoryFlowsDialog.module.css';

/** The flow that the articles of a category offer, where they name none of their own. */
export default function CategoryFlowsDialog({ onClose }: { onClose: () => void }) {
  const t = useT(scopeMessages);
  const language = useLanguage();
  const client = useQueryClient();
  const categories = useCategories();
  const flows = useFlows();
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const save = useMutation({
    mutationFn: async () => {
      for (const [name, next_flow] of Object.entries(chosen)) await api.put<void>(path('/articles/categories/{}', name), { next_flow } satisfies SaveArticleCategory);
    },
    onSuccess: async () => {
      await refreshResource(client, 'articles');
      toast.success(t('categoryFlowsSaved'));
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('categoryFlows')}
      description={t('categoryFlowsText')}
      onSubmit={() => save.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={Object.keys(chosen).length === 0}>
            {t('save')}
          </Button>
        </>
      }
    >
      {(categories.isPending || flows.isPending) && <Loading />}
      {categories.error && <ErrorNote error={categories.error} />}
      {flows.error && <ErrorNote error={flows.error} />}
      {save.error && <ErrorNote error={save.error} />}
      {categories.data?.length === 0 && <p className={styles.quiet}>{t('noCategories')}</p>}
      <div className={styles.categories}>
        {categories.data?.map(({ name, next_flow }) => {
          const id = chosen[name] ?? next_flow ?? '';
          return (
            <div key={name} className={styles.category}>
              <span className={styles.name}>{name}</span>
              <div>
                <Select label={name} value={id} onChange={(next) => setChosen({ ...chosen, [name]: next })} options={nextFlowOptions(flows.data, id, language, t('noFlow'))} />
                {isStopped(flows.data, id) && <span className={styles.quiet}>{t('flowStopped')}</span>}
              </div>
            </div>
          );
        })}
      </div>
    </Dialog>
  );
}
