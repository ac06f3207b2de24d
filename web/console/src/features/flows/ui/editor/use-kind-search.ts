import { useMemo } from 'react';
import { usePinyin } from '../../../conversations/api/use-pinyin';
import type { Kind } from '../../model/document';
import { addable, findKinds, indexKinds } from '../../model/palette';

/** Kinds that can be added and fit what was typed, best first; all of them for nothing. */
export function useKindSearch(kinds: readonly Kind[], typed: string): Kind[] {
  // The dictionary is large: it comes with the first letter.
  const speak = usePinyin(typed !== '');
  const index = useMemo(() => indexKinds(addable(kinds), speak), [kinds, speak]);
  return useMemo(() => findKinds(index, typed), [index, typed]);
}
