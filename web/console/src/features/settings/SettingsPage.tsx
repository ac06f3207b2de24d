import { Page } from '../../ui';

export default function SettingsPage(_props: { params: Record<string, string> }) {
  return <Page title="SettingsPage">{null}</Page>;
}
