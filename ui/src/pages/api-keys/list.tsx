import { PageHeader } from '../../kit/page-header.tsx';

export default function ApiKeysPage() {
  return <PageHeader title="API keys" />;
}
