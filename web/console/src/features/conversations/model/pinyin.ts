// The pinyin of short Chinese texts, for searching. The dictionary is large, so it loads when it is first needed.

type Speak = (text: string) => { full: string; initials: string };

let loading: Promise<Speak> | null = null;

const HAN = /\p{Script=Han}/u;

export function loadPinyin(): Promise<Speak> {
  loading ??= import('pinyin-pro').then(({ pinyin }) => (text: string) => {
    const syllables = pinyin(text, { toneType: 'none', type: 'array', nonZh: 'consecutive' });
    return {
      full: syllables.join('').toLowerCase(),
      initials: syllables.map((syllable) => syllable[0] ?? '').join('').toLowerCase(),
    };
  });
  return loading;
}

/** The text and, where it has Chinese in it, its pinyin in full and by first letters. */
export function searchKeys(speak: Speak | null, text: string): string[] {
  if (speak === null || !HAN.test(text)) return [text];
  const { full, initials } = speak(text.slice(0, 80));
  return [text, full, initials];
}

export type { Speak };
