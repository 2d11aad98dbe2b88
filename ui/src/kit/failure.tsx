import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiProblem, messageOf } from '../api/problem.ts';
import { CopyButton } from './copy-button.tsx';

/** What went wrong, the request id to tell the operator, and the way to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const requestId = error instanceof ApiProblem ? error.requestId : null;
  return (
    <Alert
      role="alert"
      variant="default"
      icon={<IconAlertTriangle color="var(--mantine-color-error)" aria-hidden />}
      title="This could not be read"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{messageOf(error)}</Text>
        {requestId !== null && (
          <Group gap={4}>
            <Text size="sm">Request id:</Text>
            <Code>{requestId}</Code>
            <CopyButton value={requestId} label="Copy the request id" />
          </Group>
        )}
        {onRetry && (
          <Button size="xs" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
