import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Webhook } from '../../api/queries.ts';
import { Json } from '../../kit/json.tsx';
import { shownSecretQuery } from './queries.ts';
import go from './verification/go.txt?raw';
import java from './verification/java.txt?raw';
import node from './verification/node.txt?raw';
import python from './verification/python.txt?raw';
import { LANGUAGES, type Language, verificationCode } from './verification-code.ts';

const CODE: Record<Language, string> = { node, python, go, java };

/** Code by which a receiver sees that a request is ours, in four languages, with the endpoint's own values. */
export function VerifyTab({ webhook }: { webhook: Webhook }) {
  const [language, setLanguage] = useState<Language>('node');
  const { data: shown } = useQuery(shownSecretQuery(webhook.id));
  if (webhook.kind !== 'http') {
    return (
      <Text size="sm">Requests are signed here too, but this service does not check it: there is nothing to do.</Text>
    );
  }
  return (
    <Stack gap="sm">
      <Text size="sm">
        Refuse what does not pass with 401. The signature is of the raw body, and a request older than five minutes may
        be a replay. Libraries for Standard Webhooks and Stripe’s signatures work too.{' '}
        {shown === undefined
          ? 'The secret is not shown any more: put yours in the place of its hint.'
          : 'It has the secret that was just shown: keep it in your configuration, not in the code.'}
      </Text>
      <SegmentedControl
        aria-label="Language"
        data={[...LANGUAGES]}
        value={language}
        onChange={(next) => setLanguage(next as Language)}
        style={{ alignSelf: 'flex-start' }}
      />
      <Json
        value={verificationCode(language, CODE[language], { ...webhook, secret: shown ?? webhook.secret_hint })}
        label="Copy the code"
      />
    </Stack>
  );
}
