import { useState } from 'react';
import type { ProductView } from '@qingniao/shared/api';
import { flatten, usePages, useRemove } from '../../api';
import { useSearchParam } from '../../app/router';
import { useHasRole } from '../../app/session';
import { useLanguage, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, EmptyState, ErrorNote, IconButton, LoadMore, Loading, Select, Table, TextInput, toast, Toolbar, useDebounced } from '../../ui';
import { CategoriesDialog } from './CategoriesDialog';
import { useCategoryTitle, useProductCategories } from './categories';
import { ImportDialog } from './ImportDialog';
import { catalogueMessages } from './messages';
import { yuan } from './model/product';
import { ProductDialog } from './ProductDialog';
import styles from './Catalogue.module.css';

/** What the company sells: the data the bot answers product questions from. */
export default function ProductsTab() {
  const t = useT(catalogueMessages);
  const mayEdit = useHasRole('admin');
  const [typed, setTyped] = useState('');
  const [category, setCategory] = useSearchParam('category');
  const [stock, setStock] = useSearchParam('stock');
  const [editing, setEditing] = useState<ProductView | 'new' | null>(null);
  const [importing, setImporting] = useState(false);
  const [titling, setTitling] = useState(false);
  const [removing, setRemoving] = useState<ProductView | null>(null);
  const remove = useRemove('products');
  const q = useDebounced(typed.trim());
  const inStock = stock === 'in' ? true : stock === 'out' ? false : '';
  const products = usePages<ProductView>('products', { q, category, in_stock: inStock });
  const categories = useProductCategories();
  const titleOf = useCategoryTitle();
  const rows = flatten(products.data);
  const filtered = Boolean(q || category || stock);
  const actions = mayEdit && (
    <span className={styles.actions}>
      <Button icon="tag" onClick={() => setTitling(true)}>
        {t('categoryTitles')}
      </Button>
      <Button icon="file" onClick={() => setImporting(true)}>
        {t('import')}
      </Button>
      <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
        {t('new')}
      </Button>
    </span>
  );
  return (
    <>
      <div className={styles.head}>
        <p className={styles.intro}>{t('intro')}</p>
        {actions}
      </div>
      <div className={styles.bar}>
        <Toolbar>
          <div className={styles.search}>
            <TextInput icon="search" type="search" aria-label={t('search')} placeholder={t('search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
          </div>
          <div className={styles.filter}>
            <Select
              label={t('category')}
              value={category}
              onChange={setCategory}
              options={[
                { value: '', label: t('anyCategory') },
                ...(categories.data ?? []).filter((one) => one.name).map((one) => ({ value: one.name, label: `${titleOf(one.name)} (${one.products})` })),
              ]}
            />
          </div>
          <div className={styles.filter}>
            <Select
              label={t('stock')}
              value={stock}
              onChange={setStock}
              options={[
                { value: '', label: t('anyStock') },
                { value: 'in', label: t('inStock') },
                { value: 'out', label: t('outOfStock') },
              ]}
            />
          </div>
        </Toolbar>
      </div>
      {products.isPending && <Loading />}
      {products.error && <ErrorNote error={products.error} onRetry={() => void products.refetch()} />}
      {products.data && rows.length === 0 && !filtered && <EmptyState icon="list" title={t('empty')} text={t('emptyText')} action={actions} />}
      {products.data && rows.length === 0 && filtered && <EmptyState icon="search" title={t('noMatch')} text={t('noMatchText')} />}
      {rows.length > 0 && <Products rows={rows} mayEdit={mayEdit} onEdit={setEditing} onRemove={setRemoving} />}
      <LoadMore hasMore={products.hasNextPage} busy={products.isFetchingNextPage} onClick={() => void products.fetchNextPage()} />
      {editing && <ProductDialog key={editing === 'new' ? 'new' : editing.id} product={editing === 'new' ? null : editing} readOnly={!mayEdit} onClose={() => setEditing(null)} />}
      {titling && <CategoriesDialog onClose={() => setTitling(false)} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deleteTitle', { name: removing?.name_zh ?? '' })}
        text={t('deleteText')}
        action={t('delete')}
        onConfirm={async () => {
          if (removing) await remove.mutateAsync(removing);
          toast.success(t('deleted'));
        }}
      />
    </>
  );
}

interface ProductsProps {
  rows: readonly ProductView[];
  mayEdit: boolean;
  onEdit: (product: ProductView) => void;
  onRemove: (product: ProductView) => void;
}

function Products({ rows, mayEdit, onEdit, onRemove }: ProductsProps) {
  const t = useT(catalogueMessages);
  const language = useLanguage();
  const titleOf = useCategoryTitle();
  const price = (product: ProductView) => {
    const lowest = `¥${yuan(product.price_cents)}`;
    return product.variants.some((variant) => variant.price_cents !== product.price_cents) ? t('from', { price: lowest }) : lowest;
  };
  return (
    <Table
      label={t('label')}
      rows={rows}
      rowKey={(product) => product.id}
      onRowClick={onEdit}
      columns={[
        {
          key: 'product',
          title: t('product'),
          grow: true,
          render: (product) => (
            <span className={styles.product}>
              <button type="button" className={styles.name} onClick={() => onEdit(product)}>
                {language === 'en' ? product.name_en : product.name_zh}
              </button>
              <span className={styles.quiet}>
                {product.sku}
                {product.variants.length > 0 && ` · ${t('variantCount', { n: product.variants.length })}`}
              </span>
            </span>
          ),
        },
        { key: 'category', title: t('category'), wideOnly: true, render: (product) => titleOf(product.category) || '–' },
        { key: 'price', title: t('price'), align: 'end', render: (product) => <span className={styles.figure}>{price(product)}</span> },
        {
          key: 'stock',
          title: t('stock'),
          align: 'end',
          render: (product) => (product.stock > 0 ? <span className={styles.figure}>{product.stock}</span> : <Badge tone="warning">{t('outOfStock')}</Badge>),
        },
        ...(mayEdit
          ? [
              {
                key: 'actions',
                title: t('delete'),
                titleHidden: true,
                align: 'end' as const,
                wideOnly: true,
                render: (product: ProductView) => <IconButton icon="trash" label={t('delete')} danger onClick={() => onRemove(product)} />,
              },
            ]
          : []),
      ]}
    />
  );
}
