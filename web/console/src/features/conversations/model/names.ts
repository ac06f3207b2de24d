// How people are called on screen. A contact has no name until somebody says it: then a neutral one from its id.
import type { ContactSummary } from '@qingniao/shared/api';

export function contactName(
  contact: Pick<ContactSummary, 'id' | 'name'>,
  t: (key: 'visitor', params: { id: string }) => string,
): string {
  const name = contact.name.trim();
  return name === '' ? t('visitor', { id: contact.id.slice(-4).toUpperCase() }) : name;
}
