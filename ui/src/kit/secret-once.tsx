import { Alert, Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';

interface SecretOnceProps {
  title: string;
  /** Undefined: closed. */
  secret: string | undefined;
  /** What it is for, and where to put it. */
  children: ReactNode;
  onClose: () => void;
}

/**
 * Shows a secret that is never shown again; closed only by the button that says it is kept. Until then no other page is
 * gone to, and the browser asks before the tab is closed. Who leads on from `onClose` says `ignoreBlocker`.
 */
export function SecretOnce({ title, secret, children, onClose }: SecretOnceProps) {
  const isOpen = secret !== undefined;
  useBlocker({ shouldBlockFn: () => isOpen, enableBeforeUnload: isOpen, disabled: !isOpen });
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="sm">
        <Text size="sm">{children}</Text>
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <Code block style={{ flex: 1, whiteSpace: 'pre-wrap' }}>
            {secret}
          </Code>
          <CopyButton value={secret ?? ''} label="Copy the secret" />
        </Group>
        <Alert variant="default">This is the only time it is shown.</Alert>
        <Button onClick={onClose} data-autofocus>
          I have kept it
        </Button>
      </Stack>
    </Modal>
  );
}
