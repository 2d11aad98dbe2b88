import { PageHeader } from '../../kit/page-header.tsx';

export default function AuditLogPage() {
  return <PageHeader title="Audit log" />;
}
