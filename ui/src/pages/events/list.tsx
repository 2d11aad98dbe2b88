import { PageHeader } from '../../kit/page-header.tsx';

export default function EventsPage() {
  return <PageHeader title="Events" />;
}
