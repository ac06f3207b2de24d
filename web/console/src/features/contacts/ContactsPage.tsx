import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { contactMessages } from './messages';
import { ContactDetail } from './ui/ContactDetail';
import { ContactList } from './ui/ContactList';

export default function ContactsPage({ params }: { params: Record<string, string> }) {
  const t = useT(contactMessages);
  usePageTitle(t('title'));
  return params.id ? <ContactDetail key={params.id} id={params.id} /> : <ContactList />;
}
