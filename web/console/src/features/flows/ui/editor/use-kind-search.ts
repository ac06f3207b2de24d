import { useMemo } from 'react';
import { useLanguage } from '../../../../i18n';
import { usePinyin } from '../../../conversations/api/use-pinyin';
import { useOfferedConnectors } from '../../api/operations';
import type { Kind } from '../../model/document';
import { operationKinds } from '../../model/operation';
import { addable, findKinds, indexKinds } from '../../model/palette';
import { useEditor } from './context';

/** What one connector can do, each operation a step of its own. */
export interface OfferedSteps {
  name: string;
  title: string;
  steps: readonly Kind[];
}

/** Nothing is asked of the server before it is wanted. */
export function useOfferedSteps(isWanted: boolean): readonly OfferedSteps[] {
  const language = useLanguage();
  const connect = useEditor().kinds.get('connect');
  const connectors = useOfferedConnectors(isWanted);
  return useMemo(() => (connect ? connectors.map((one) => ({ name: one.name, title: one.title || one.name, steps: operationKinds(connect, one, language) })) : []), [connect, connectors, language]);
}

/** Steps that can be added and fit what was typed, best first; all kinds for nothing. */
export function useKindSearch(kinds: readonly Kind[], typed: string, offered: readonly OfferedSteps[]): Kind[] {
  // The dictionary is large: it comes with the first letter.
  const isTyped = typed.trim() !== '';
  const speak = usePinyin(isTyped);
  const index = useMemo(() => indexKinds([...addable(kinds), ...(isTyped ? offered.flatMap((one) => one.steps) : [])], speak), [kinds, offered, isTyped, speak]);
  return useMemo(() => findKinds(index, typed), [index, typed]);
}
