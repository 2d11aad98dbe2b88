import { PageHeader } from '../../kit/page-header.tsx';

export default function RulePage() {
  return <PageHeader title="Rule" />;
}
