// Pictures of a message: one that was uploaded is known by its address on this server, any other is fetched when it is said.

/** What the server takes into a message of a flow. */
export const PICTURE_BYTES_MAX = 5 * 1024 * 1024;
export const PICTURE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

const UPLOADED = /^\/api\/v1\/attachments\/att_\w+\/([^/]*)$/;

/** The file name of an uploaded picture; null for any other address. */
export function uploadedName(address: string): string | null {
  const found = UPLOADED.exec(address.trim());
  if (!found) return null;
  try {
    return decodeURIComponent(found[1] ?? '');
  } catch {
    return found[1] ?? '';
  }
}

/** Why a file is not sent up. A system that knows no type leaves it to the server, which looks at the bytes. */
export function refusalOf(file: { type: string; size: number }): 'pictureKind' | 'pictureSize' | null {
  if (file.type !== '' && !PICTURE_TYPES.includes(file.type)) return 'pictureKind';
  return file.size > PICTURE_BYTES_MAX ? 'pictureSize' : null;
}
