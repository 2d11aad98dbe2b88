import { Anchor, Button, Group, List, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { Refusal } from '../../kit/confirm.tsx';
import { Failure } from '../../kit/failure.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { useMay } from '../../kit/use-session.ts';
import { lettersText, type Operation, resultLines, shareOf } from './bulk.ts';
import { progressQuery } from './queries.ts';

/** How far a retry or discard of many has come, the way to stop it, and what became of them in the end. */
export function BulkProgressPanel({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  const { decision, id } = operation;
  const client = useQueryClient();
  const mayWrite = useMay()('deliveries:write');
  const heading = useRef<HTMLHeadingElement>(null);
  const query = useQuery(progressQuery(id));
  const cancel = useMutation({
    mutationFn: () => dataOf(api.POST('/v1/dead-letters/bulk/{id}/cancel', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['dead-letter-bulk', id] }),
  });
  const progress = query.data;
  const phase = progress?.phase;
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    if (phase !== undefined && phase !== 'running') void client.invalidateQueries({ queryKey: ['dead_letters'] });
  }, [client, phase]);
  const isRunning = phase === 'running';
  const verb = decision === 'retry' ? 'Retry' : 'Discard';
  const url = progress?.workflow.url;
  return (
    <Paper withBorder p="md" mb="md" component="section" aria-label={`${verb} of many`}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Title order={2} ref={heading} tabIndex={-1} data-page-heading>
              {verb} of {progress === undefined ? 'dead letters' : lettersText(progress.matched)}
            </Title>
            {phase !== undefined && <StatusBadge status={phase} />}
          </Group>
          <Group gap="xs">
            {isRunning && (
              <Button
                variant="default"
                size="sm"
                disabled={!mayWrite}
                loading={cancel.isPending || cancel.isSuccess}
                onClick={() => cancel.mutate()}
              >
                Cancel the {decision}
              </Button>
            )}
            <Button variant="subtle" size="sm" onClick={onClose}>
              {isRunning ? 'Hide; it goes on' : 'Close'}
            </Button>
          </Group>
        </Group>
        {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        {progress && (
          <>
            <Progress value={shareOf(progress)} size="lg" animated={isRunning} aria-label="Share that is through" />
            <List size="sm" aria-label="What became of them">
              {resultLines(decision, progress).map((line) => (
                <List.Item key={line}>{line}</List.Item>
              ))}
            </List>
            {/* Told once, when it ends. */}
            <Text size="sm" role="status">
              {isRunning ? '' : endText(phase as 'cancelled' | 'completed', verb)}
            </Text>
          </>
        )}
        {cancel.isError && <Refusal error={cancel.error} />}
        {url && /^https?:\/\//.test(url) && (
          <Anchor size="sm" href={url} target="_blank" rel="noreferrer">
            Open it in Temporal (another tab)
          </Anchor>
        )}
      </Stack>
    </Paper>
  );
}

const endText = (phase: 'cancelled' | 'completed', verb: string): string =>
  phase === 'cancelled'
    ? `${verb} cancelled: what is under way ends by itself, the rest waits as before.`
    : `${verb} completed.`;
