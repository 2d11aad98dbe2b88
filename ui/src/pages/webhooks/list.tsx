import { PageHeader } from '../../kit/page-header.tsx';

export default function WebhooksPage() {
  return <PageHeader title="Webhooks" />;
}
