// What the categories of products are called.
import { useCallback } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Page, ProductCategory } from '@qingniao/shared/api';
import { api } from '../../api';
import { useLanguage } from '../../i18n';

export function useProductCategories() {
  return useQuery({
    queryKey: ['products', 'categories'],
    queryFn: async ({ signal }) => (await api.get<Page<ProductCategory>>('/products/categories', undefined, signal)).items,
  });
}

/** A category in the language of the screen; as products name it while the titles are not known. */
export function useCategoryTitle(): (name: string) => string {
  const { data } = useProductCategories();
  const language = useLanguage();
  return useCallback(
    (name: string) => {
      const known = data?.find((one) => one.name === name);
      return (known && (language === 'en' ? known.title_en : known.title_zh)) || name;
    },
    [data, language],
  );
}
