import { PageHeader } from '../../kit/page-header.tsx';

export default function EventPage() {
  return <PageHeader title="Event" />;
}
