import { Group, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import type { AlertRule } from '../../api/queries.ts';
import { Failure } from '../../kit/failure.tsx';
import { NotAllowed } from '../../kit/not-allowed.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { useMay } from '../../kit/use-session.ts';
import { KIND_LABELS, type Kind } from './draft.ts';
import { ruleQuery } from './queries.ts';
import { DeleteButton, SwitchButton } from './rule-actions.tsx';
import { RuleSettings } from './rule-settings.tsx';
import { RuleState } from './rule-state.tsx';

const route = getRouteApi('/rules/$id');

/** One rule: how it does, what fires now, and all of it to change and to try. */
export default function RulePage() {
  const { id } = route.useParams();
  useLive('rules', 'alerts', 'deliveries');
  const query = useQuery(ruleQuery(id));
  if (query.data === undefined) {
    return (
      <>
        <PageHeader title="Rule" />
        {query.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton height={300} role="status" aria-label="Loading" />
        )}
      </>
    );
  }
  return <Shown key={id} rule={query.data} />;
}

function Shown({ rule }: { rule: AlertRule }) {
  const mayWrite = useMay()('rules:write');
  return (
    <>
      <PageHeader
        title={rule.name}
        lead={
          <Group component="span" gap="xs">
            <StatusBadge status={rule.is_active ? rule.health : 'inactive'} />
            <span>
              {KIND_LABELS[rule.trigger.kind as Kind].label} · {rule.severity} · revision {rule.revision}
            </span>
          </Group>
        }
        actions={
          mayWrite && (
            <>
              <SwitchButton rule={rule} />
              <DeleteButton rule={rule} />
            </>
          )
        }
      />
      <Stack gap="lg">
        <RuleState rule={rule} />
        {mayWrite || <NotAllowed what="Changes of a rule are" scope="rules:write" />}
        <RuleSettings rule={rule} />
      </Stack>
    </>
  );
}
