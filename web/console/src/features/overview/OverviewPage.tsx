import { Page } from '../../ui';

export default function OverviewPage(_props: { params: Record<string, string> }) {
  return <Page title="OverviewPage">{null}</Page>;
}
