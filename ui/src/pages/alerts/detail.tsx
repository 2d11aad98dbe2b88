import { PageHeader } from '../../kit/page-header.tsx';

export default function AlertPage() {
  return <PageHeader title="Alert" />;
}
