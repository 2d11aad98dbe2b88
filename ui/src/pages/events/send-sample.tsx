import { Button, Modal, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useMay } from '../../kit/use-session.ts';

const SampleForm = lazy(() => import('./sample-form.tsx'));

/** Sends an event of any type by hand, and leads to its page. */
export function SendSample() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const may = useMay();
  if (!may('events:write')) return null;
  return (
    <>
      <Button leftSection={<IconSend size={16} aria-hidden />} onClick={open}>
        Send a sample event
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title="Send a sample event"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close the dialog' }}
      >
        <Suspense fallback={<Skeleton height={360} />}>
          <SampleForm onClose={close} />
        </Suspense>
      </Modal>
    </>
  );
}
