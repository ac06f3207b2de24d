// Pictures inside a letter's text: `[name]` stands where one was shown.
import type { Attachment, Content } from '@qingniao/shared/api';
import { isImage } from '../api/upload';

/** Those that the text has a place for. */
export function picturesOf(content: Content): Attachment[] {
  const names = content.mail?.inline ?? [];
  return (content.attachments ?? []).filter((file) => names.includes(file.name) && isImage(file.media_type) && content.text.includes(`[${file.name}]`));
}

/** Words and pictures in turn, each picture once. */
export function pictured(text: string, pictures: readonly Attachment[]): (string | Attachment)[] {
  const places = pictures
    .map((picture) => ({ picture, at: text.indexOf(`[${picture.name}]`) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  const pieces: (string | Attachment)[] = [];
  let from = 0;
  for (const { picture, at } of places) {
    pieces.push(text.slice(from, at), picture);
    from = at + picture.name.length + 2;
  }
  pieces.push(text.slice(from));
  return pieces.filter((piece) => typeof piece !== 'string' || piece.trim() !== '').map((piece) => (typeof piece === 'string' ? piece.trim() : piece));
}
