import { Button, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBook, IconChevronDown, IconLogout } from '@tabler/icons-react';
import { messageOf } from '../api/problem.ts';
import { type Session, signOut } from '../api/session.ts';

/** Whose data is shown, by which key, and the way out. */
export function AccountMenu({ session }: { session: Session }) {
  const leave = async () => {
    try {
      await signOut(session.csrf_token);
    } catch (error) {
      notifications.show({ color: 'red', title: 'Not signed out', message: messageOf(error) });
      return;
    }
    // By a new page: nothing of the session stays in this tab, and what was on the screen asks for nothing more.
    window.location.assign('/sign-in');
  };
  return (
    <Menu position="bottom-end" withinPortal width={260}>
      <Menu.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          maw={{ base: 130, sm: 240 }}
          aria-label={`Namespace ${session.namespace}: account`}
        >
          {session.namespace}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm">Namespace: {session.namespace}</Text>
          <Text size="sm">Key: {session.key?.name ?? 'the operator’s (EXOSPHERE_API_KEY)'}</Text>
          <Text size="sm">May: {session.scopes.join(', ')}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component="a" href="/docs" target="_blank" leftSection={<IconBook size={16} aria-hidden />}>
          API documentation
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
