import { PageHeader } from '../../kit/page-header.tsx';

export default function NewRulePage() {
  return <PageHeader title="New rule" />;
}
