// The kinds of nodes as the palette lists and finds them: by family, by either language, by pinyin and its first letters.
import type { Language } from '@qingniao/shared/api';
import { searchKeys, type Speak } from '../../conversations/model/pinyin';
import { search, type Indexed } from '../../conversations/model/fuzzy';
import type { Kind, Named } from './document';

const ORDER = ['talk', 'logic', 'people', 'systems', 'desk', 'time'];

/** What can be added; a flow has its start from the beginning. */
export const addable = (kinds: readonly Kind[]): Kind[] => kinds.filter((kind) => kind.name !== 'start');

export function byFamily(kinds: readonly Kind[]): { family: Named; kinds: Kind[] }[] {
  const families = new Map(kinds.map((kind) => [kind.family.name, kind.family]));
  const order = (family: Named) => ORDER.indexOf(family.name) + 1 || 99;
  return [...families.values()]
    .sort((a, b) => order(a) - order(b))
    .map((family) => ({ family, kinds: kinds.filter((kind) => kind.family.name === family.name) }));
}

export function indexKinds(kinds: readonly Kind[], speak: Speak | null): Indexed<Kind>[] {
  return kinds.map((value) => ({ value, keys: [...searchKeys(speak, value.zh), value.en, value.name] }));
}

export const findKinds = (index: readonly Indexed<Kind>[], typed: string): Kind[] => search(index, typed, 30);

export const kindName = (kind: Kind, language: Language): string => (language === 'en' ? kind.en : kind.zh);
