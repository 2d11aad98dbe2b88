import { PageHeader } from '../../kit/page-header.tsx';

export default function AlertsPage() {
  return <PageHeader title="Alerts" />;
}
