import { Button, Modal, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { isSameOwner, ownerOf } from '../api/other-tabs.ts';
import { isOverQuery, type Session, sessionQuery } from '../api/session.ts';
import { SignInForm } from '../pages/sign-in/form.tsx';

/**
 * In front of the page whose session is over (twelve hours, or the key was revoked): who signs in again by the same key goes
 * on where they were, with all that they had typed. Anybody else begins with a new page, which has nothing of the former.
 */
export function SessionOver({ session }: { session: Session }) {
  const client = useQueryClient();
  const isOver = useQuery(isOverQuery).data === true;
  const goOn = (next: Session) => {
    if (!isSameOwner(ownerOf(session), ownerOf(next))) return window.location.assign('/');
    client.setQueryData(sessionQuery.queryKey, next);
    client.setQueryData(isOverQuery.queryKey, false);
    void client.invalidateQueries({ predicate: ({ queryKey }) => !String(queryKey[0]).startsWith('session') });
  };
  return (
    <Modal
      opened={isOver}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      overlayProps={{ backgroundOpacity: 0.7, blur: 6 }}
      title="Your session is over"
      zIndex={500}
    >
      <Stack gap="md">
        <Text size="sm">
          Sign in again by the key that you had ({session.key?.name ?? 'the operator’s'}, namespace {session.namespace}
          ), and you go on where you were: nothing that you have typed is lost. By another key you begin anew.
        </Text>
        <SignInForm onSignedIn={goOn} />
        <Button variant="subtle" onClick={() => window.location.assign('/sign-in')}>
          Leave this page
        </Button>
      </Stack>
    </Modal>
  );
}
