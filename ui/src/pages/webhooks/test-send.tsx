import type { components } from '@exosphere/alerts/openapi';
import { Anchor, Button, CloseButton, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, dataOf } from '../../api/client.ts';
import { Failure } from '../../kit/failure.tsx';
import { durationText } from '../../kit/relative-time.ts';
import { StatusBadge } from '../../kit/status-badge.tsx';

type Tested = components['schemas']['WebhookTest'];
type TestSend = UseMutationResult<Tested, Error, void>;

/** Sends a signed `webhook.ping` when asked, and keeps what came of the last one. */
export function useTestSend(id: string): TestSend {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => dataOf(api.POST('/v1/webhooks/{id}/test', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['webhook-day'] }),
  });
}

export function TestButton({ test }: { test: TestSend }) {
  return (
    <Button leftSection={<IconSend size={16} aria-hidden />} loading={test.isPending} onClick={() => test.mutate()}>
      Send a test
    </Button>
  );
}

/** What the receiver answered to the last test, as text, with the way to the delivery. */
export function TestResult({ test }: { test: TestSend }) {
  if (test.isError) return <Failure error={test.error} title="The test was not sent" />;
  if (test.data === undefined) return null;
  const { delivery_id, outcome, status_code, duration_ms, error, response_excerpt } = test.data;
  return (
    <Paper withBorder p="sm" role="status" aria-label="Result of the test">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Group gap="xs">
            <StatusBadge status={outcome} />
            <Text size="sm">
              {status_code === null ? 'No answer' : `HTTP ${status_code}`} after {durationText(duration_ms)}
            </Text>
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/deliveries/$id" params={{ id: delivery_id }} {...props} />}
            >
              The test’s delivery
            </Anchor>
          </Group>
          <CloseButton onClick={() => test.reset()} aria-label="Put the result away" />
        </Group>
        {error !== null && error !== `HTTP ${status_code}` && <Text size="sm">{error}</Text>}
        <Text size="sm" c="dimmed">
          {response_excerpt ? 'The beginning of its answer:' : 'Its answer had no body.'}
        </Text>
        {response_excerpt && (
          <Code block tabIndex={0} mah={240} style={{ overflow: 'auto', whiteSpace: 'pre-wrap' }}>
            {response_excerpt}
          </Code>
        )}
      </Stack>
    </Paper>
  );
}
