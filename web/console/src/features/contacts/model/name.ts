import type { ContactView } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { contactMessages } from '../messages';

/** A contact has no name until somebody says it: then a neutral one from its id. */
export function useContactName(): (contact: Pick<ContactView, 'id' | 'name'>) => string {
  const t = useT(contactMessages);
  return (contact) => contact.name.trim() || t('visitor', { id: contact.id.slice(-4).toUpperCase() });
}
