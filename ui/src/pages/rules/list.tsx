import { PageHeader } from '../../kit/page-header.tsx';

export default function RulesPage() {
  return <PageHeader title="Rules" />;
}
