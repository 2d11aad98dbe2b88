import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem, messageOf } from '../api/problem.ts';

interface ConfirmProps {
  isOpen: boolean;
  /** A question: `Send it once more?` */
  title: string;
  /** What would happen, in full sentences. */
  children: ReactNode;
  /** The words on the buttons. */
  verb: string;
  keep: string;
  /** Red for what cannot be undone. */
  colour?: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is done, and stays open with the reason and the request's id where it fails. */
export function Confirm({ isOpen, title, children, verb, keep, colour, onConfirm, onClose }: ConfirmProps) {
  const work = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  const close = () => {
    // What is under way cannot be called off, and is not to look as if it were.
    if (work.isPending) return;
    work.reset();
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close the dialog' }}>
      <Stack gap="sm">
        <Text size="sm" component="div">
          {children}
        </Text>
        {work.isError && <Refusal error={work.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {keep}
          </Button>
          <Button
            {...(colour === undefined ? {} : { color: colour })}
            loading={work.isPending}
            onClick={() => work.mutate()}
          >
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Why the API did not do it, and the id to tell the operator. */
export function Refusal({ error }: { error: unknown }) {
  const requestId = error instanceof ApiProblem ? error.requestId : null;
  return (
    <Text size="sm" c="var(--mantine-color-error)" role="alert" component="div">
      {messageOf(error)}
      {requestId !== null && (
        <Text size="xs" c="dimmed" component="div">
          Request id: <Code>{requestId}</Code>
        </Text>
      )}
    </Text>
  );
}
