import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiProblem, messageOf } from '../api/problem.ts';
import { CopyButton } from './copy-button.tsx';

interface FailureProps {
  error: unknown;
  /** What was tried. */
  title?: string;
  onRetry?: (() => void) | undefined;
}

/** What went wrong, the request id to tell the operator, and the way to try again. */
export function Failure({ error, title = 'This could not be read', onRetry }: FailureProps) {
  const requestId = error instanceof ApiProblem ? error.requestId : null;
  return (
    <Alert
      role="alert"
      variant="default"
      icon={<IconAlertTriangle color="var(--mantine-color-error)" aria-hidden />}
      title={title}
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
