import { Center, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { type Session, sessionQuery } from '../../api/session.ts';
import icon from '../../kit/icon.svg';
import { SignInForm } from './form.tsx';

const route = getRouteApi('/sign-in');

/** The way in, for whoever has an API key; then to the page that was wanted. */
export default function SignInPage() {
  const { to = '/' } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const goOn = (session: Session) => {
    // What another key has read in this tab is not this one's to see.
    client.clear();
    client.setQueryData(sessionQuery.queryKey, session);
    router.history.push(to);
  };
  useEffect(() => {
    document.title = 'Sign in · Exosphere Alerts';
  }, []);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={460}>
        <Stack gap="md">
          <Group gap="sm" wrap="nowrap">
            <img src={icon} alt="" width={36} height={36} />
            <Title order={1}>Sign in to Exosphere Alerts</Title>
          </Group>
          {to !== '/' && (
            <Text size="sm">
              After that you go on to <Code>{to}</Code>.
            </Text>
          )}
          <SignInForm onSignedIn={goOn}>
            <WhereTheKeyIs />
          </SignInForm>
        </Stack>
      </Paper>
    </Center>
  );
}

function WhereTheKeyIs() {
  return (
    <Stack gap={4}>
      <Title order={2} size="sm">
        Where is my key?
      </Title>
      <Text size="sm">
        After <Code>npm start</Code>, in the lines that it prints: the key itself the first time, the file that it is
        kept in later on.
      </Text>
      <Text size="sm">
        On a server, it is the operator’s <Code>EXOSPHERE_API_KEY</Code>, or one that somebody has made for you under
        “API keys”. Each key shows the data of its own namespace; the operator’s, of <Code>default</Code>.
      </Text>
    </Stack>
  );
}
