import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { messageOf } from '../api/problem.ts';

interface ConfirmDeleteProps {
  isOpen: boolean;
  /** `Delete the webhook “ops”?` */
  title: string;
  /** What it would stop, in full sentences. */
  children: ReactNode;
  /** The word on the button. */
  verb?: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is gone, says what that would stop, and stays open with the reason where it fails. */
export function ConfirmDelete({ isOpen, title, children, verb = 'Delete', onConfirm, onClose }: ConfirmDeleteProps) {
  const work = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  const close = () => {
    work.reset();
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={close} title={title}>
      <Stack gap="sm">
        <Text size="sm" component="div">
          {children}
        </Text>
        {work.isError && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {messageOf(work.error)}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            Keep it
          </Button>
          <Button color="red" loading={work.isPending} onClick={() => work.mutate()}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
