import { Page } from '../../ui';

export default function KnowledgePage(_props: { params: Record<string, string> }) {
  return <Page title="KnowledgePage">{null}</Page>;
}
