// The kinds of nodes as the palette lists and finds them: by family, by either language, by pinyin and its first letters.
import type { Language } from '@qingniao/shared/api';
import { searchKeys, type Speak } from '../../conversations/model/pinyin';
import { search, type Indexed } from '../../conversations/model/fuzzy';
import type { Kind } from './document';

const ORDER = ['talk', 'logic', 'people', 'systems', 'desk', 'time'];

/** What can be added; a flow has its start from the beginning. */
export const addable = (kinds: readonly Kind[]): Kind[] => kinds.filter((kind) => kind.name !== 'start');

export function byFamily(kinds: readonly Kind[]): { family: string; kinds: Kind[] }[] {
  const families = [...new Set(kinds.map((kind) => kind.family))];
  families.sort((a, b) => (ORDER.indexOf(a) + 1 || 99) - (ORDER.indexOf(b) + 1 || 99));
  return families.map((family) => ({ family, kinds: kinds.filter((kind) => kind.family === family) }));
}

export function indexKinds(kinds: readonly Kind[], speak: Speak | null): Indexed<Kind>[] {
  return kinds.map((value) => ({ value, keys: [...searchKeys(speak, value.zh), value.en, value.name] }));
}

export const findKinds = (index: readonly Indexed<Kind>[], typed: string): Kind[] => search(index, typed, 30);

export const kindName = (kind: Kind, language: Language): string => (language === 'en' ? kind.en : kind.zh);
