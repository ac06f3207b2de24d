import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ProductCategory, TitleCategory } from '@qingniao/shared/api';
import { api, path, refreshResource } from '../../api';
import { useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Loading, TextInput, toast } from '../../ui';
import { useProductCategories } from './categories';
import { catalogueMessages } from './messages';
import styles from './Catalogue.module.css';

type Titles = Record<string, { zh: string; en: string }>;

/** What categories are called in both languages; an empty field shows what it is called without it. */
export function CategoriesDialog({ onClose }: { onClose: () => void }) {
  const t = useT(catalogueMessages);
  const client = useQueryClient();
  const categories = useProductCategories();
  const [typed, setTyped] = useState<Titles>({});
  const titles = (one: ProductCategory) => typed[one.name] ?? { zh: one.own_zh, en: one.own_en };
  const save = useMutation({
    mutationFn: async () => {
      for (const [name, body] of Object.entries(typed)) await api.put<void>(path('/products/categories/{}', name), body satisfies TitleCategory);
    },
    onSuccess: async () => {
      await refreshResource(client, 'products');
      toast.success(t('saved'));
      onClose();
    },
  });
  const named = (categories.data ?? []).filter((one) => one.name);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('categoryTitles')}
      description={t('categoryTitlesText')}
      onSubmit={() => save.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={Object.keys(typed).length === 0}>
            {t('save')}
          </Button>
        </>
      }
    >
      {categories.isPending && <Loading />}
      {categories.error && <ErrorNote error={categories.error} />}
      {save.error && <ErrorNote error={save.error} />}
      {categories.data && named.length === 0 && <p className={styles.quiet}>{t('noCategories')}</p>}
      <div className={styles.categories}>
        {named.map((one) => (
          <div key={one.name} className={styles.category} role="group" aria-label={one.name}>
            <code className={styles.quiet}>{one.name}</code>
            <TextInput lang="zh-CN" aria-label={t('titleZh')} placeholder={one.own_zh ? '' : one.title_zh} maxLength={60} value={titles(one).zh} onChange={(event) => setTyped({ ...typed, [one.name]: { ...titles(one), zh: event.target.value } })} />
            <TextInput lang="en" aria-label={t('titleEn')} placeholder={one.own_en ? '' : one.title_en} maxLength={60} value={titles(one).en} onChange={(event) => setTyped({ ...typed, [one.name]: { ...titles(one), en: event.target.value } })} />
          </div>
        ))}
      </div>
    </Dialog>
  );
}
