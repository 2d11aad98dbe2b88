import { PageHeader } from '../../kit/page-header.tsx';

export default function SilencesPage() {
  return <PageHeader title="Silences" />;
}
