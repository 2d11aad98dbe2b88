import { PageHeader } from '../../kit/page-header.tsx';

export default function NewWebhookPage() {
  return <PageHeader title="New webhook" />;
}
