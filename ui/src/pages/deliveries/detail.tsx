import { PageHeader } from '../../kit/page-header.tsx';

export default function DeliveryPage() {
  return <PageHeader title="Delivery" />;
}
