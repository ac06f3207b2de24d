import { Page } from '../../ui';

export default function ContactsPage(_props: { params: Record<string, string> }) {
  return <Page title="ContactsPage">{null}</Page>;
}
