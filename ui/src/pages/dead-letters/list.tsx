import { PageHeader } from '../../kit/page-header.tsx';

export default function DeadLettersPage() {
  return <PageHeader title="Dead letters" />;
}
