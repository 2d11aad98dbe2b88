import { PageHeader } from '../../kit/page-header.tsx';

export default function OverviewPage() {
  return <PageHeader title="Overview" />;
}
