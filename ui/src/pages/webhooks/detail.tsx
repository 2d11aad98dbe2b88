import { PageHeader } from '../../kit/page-header.tsx';

export default function WebhookPage() {
  return <PageHeader title="Webhook" />;
}
