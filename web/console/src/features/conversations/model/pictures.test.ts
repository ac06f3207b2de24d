import { describe, expect, it } from 'vitest';
import type { Content } from '@qingniao/shared/api';
import { pictured, picturesOf } from './pictures';

const file = (name: string, media_type = 'image/png') => ({ id: `att_${name}`, name, media_type, size_bytes: 1, url: '' });
const content = (text: string, inline: string[], attachments = [file('a.png'), file('b.png')]) =>
  ({ text, attachments, mail: { mail_id: 'm', subject: '', to: [], cc: [], folded: '', inline } }) as unknown as Content;

describe('pictures of a letter', () => {
  it('are those that the letter says are inside and the text has a place for', () => {
    expect(picturesOf(content('see [a.png]', ['a.png', 'b.png'])).map((one) => one.name)).toEqual(['a.png']);
    expect(picturesOf(content('see [a.png]', []))).toEqual([]);
    expect(picturesOf(content('see [a.pdf]', ['a.pdf'], [file('a.pdf', 'application/pdf')]))).toEqual([]);
    expect(picturesOf({ text: '[a.png]' } as unknown as Content)).toEqual([]);
  });

  it('stand between the words', () => {
    const [a, b] = [file('a.png'), file('b.png')];
    expect(pictured('first\n[b.png]\nthen [a.png]', [a, b])).toEqual(['first', b, 'then', a]);
    expect(pictured('[a.png]', [a])).toEqual([a]);
    expect(pictured('no place', [a])).toEqual(['no place']);
  });
});
