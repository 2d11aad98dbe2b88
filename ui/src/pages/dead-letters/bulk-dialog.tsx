import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Refusal } from '../../kit/confirm.tsx';
import { lettersText } from './bulk.ts';
import { type BulkFilter, type Decision, decide, estimateQuery } from './queries.ts';

interface BulkDialogProps {
  isOpen: boolean;
  decision: Decision;
  body: BulkFilter;
  onClose: () => void;
  /** @param id of the operation that runs now */
  onStarted: (id: string) => void;
}

/** Counts how many a decision takes, asks with that very number, and starts it. */
export function BulkDialog({ isOpen, decision, body, onClose, onStarted }: BulkDialogProps) {
  const estimate = useQuery({ ...estimateQuery(decision, body), enabled: isOpen });
  const start = useMutation({
    // Not more than were counted: what came to wait since is not what was confirmed.
    mutationFn: (counted_at: string) => decide(decision, { ...body, parked_before: counted_at }, false),
    onSuccess: ({ id }) => (id === null ? void estimate.refetch() : onStarted(id)),
  });
  const close = () => {
    if (start.isPending) return;
    start.reset();
    onClose();
  };
  const verb = decision === 'retry' ? 'Retry' : 'Discard';
  const counted = estimate.isFetching ? undefined : estimate.data;
  const count = counted?.matched;
  return (
    // What has begun takes the focus itself.
    <Modal
      opened={isOpen}
      onClose={close}
      title={`${verb} dead letters`}
      returnFocus={!start.isSuccess}
      closeButtonProps={{ 'aria-label': 'Close the dialog' }}
    >
      <Stack gap="sm">
        {estimate.isFetching && (
          <Group gap="xs" role="status">
            <Loader size="xs" aria-hidden />
            <Text size="sm">Counting them…</Text>
          </Group>
        )}
        {count !== undefined && !estimate.isError && <Question decision={decision} count={count} body={body} />}
        {estimate.isError && !estimate.isFetching && <Refusal error={estimate.error} />}
        {start.isError && <Refusal error={start.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {decision === 'retry' ? 'Do not retry' : 'Keep them'}
          </Button>
          {counted !== undefined && counted.matched > 0 && !estimate.isError && (
            <Button
              {...(decision === 'discard' ? { color: 'red' } : {})}
              loading={start.isPending}
              onClick={() => start.mutate(counted.counted_at)}
            >
              {verb} {lettersText(counted.matched)}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Question({ decision, count, body }: { decision: Decision; count: number; body: BulkFilter }) {
  if (count === 0) return <Text size="sm">None of them waits any more.</Text>;
  const gone = (body.ids?.length ?? count) - count;
  return (
    <Text size="sm" component="div">
      <strong>{lettersText(count)}</strong> {body.ids ? 'of those you have selected wait' : 'that wait match'}.{' '}
      {gone > 0 && `${gone} of the selected ones do not wait any more and are left alone. `}
      {decision === 'retry' ? (
        'Each is sent for a fresh round of its retry policy, at most 50 at a time for each endpoint. Those of an endpoint that is off wait on.'
      ) : (
        <>
          They are given up and will not be retried. <strong>This cannot be undone.</strong>
        </>
      )}
    </Text>
  );
}
