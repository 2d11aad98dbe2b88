import { AppShell, Box, Burger, Group, NavLink, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useLive } from '../api/live.ts';
import { sessionQuery } from '../api/session.ts';
import icon from '../kit/icon.svg';
import { AccountMenu } from './account-menu.tsx';
import { ColourSchemeSwitch } from './colour-scheme-switch.tsx';
import { NAVIGATION } from './navigation.ts';
import { SessionOver } from './session-over.tsx';

/** Header, navigation and the page between them. */
export function Shell({ children }: { children: ReactNode }) {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const pathname = useLocation({ select: (location) => location.pathname });
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a small screen a page that was chosen is to be seen
  useEffect(close, [pathname]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
      transitionDuration={0}
    >
      <a className="skip-link" href="#content">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="xs" wrap="nowrap" miw={0}>
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'}
              aria-expanded={isOpen}
            />
            {/* On a small screen the name needs the room. */}
            <Box component="img" src={icon} alt="" w={28} h={28} visibleFrom="sm" />
            <Text fw={650} fz={{ base: 'sm', sm: 'md' }} truncate="end">
              Exosphere Alerts
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColourSchemeSwitch />
            {session && <AccountMenu session={session} />}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages" className={isOpen ? undefined : 'closed-navigation'}>
        <ScrollArea>
          {NAVIGATION.map(({ to, label, icon: Icon }) => {
            const isHere = to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);
            return (
              <NavLink
                key={to}
                // Our own `active` counts pages below too; to the router `/` would be above all.
                renderRoot={(props) => <Link to={to} activeOptions={{ exact: true }} {...props} />}
                label={label}
                leftSection={<Icon size={18} stroke={1.8} aria-hidden />}
                active={isHere}
                variant="filled"
                aria-current={isHere ? 'page' : undefined}
              />
            );
          })}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {session && <KeepListening />}
        {session && <SessionOver session={session} />}
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

/** One stream for all pages, kept while one follows another. */
function KeepListening() {
  useLive();
  return null;
}
