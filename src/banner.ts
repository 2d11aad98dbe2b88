/** What a person who has just started the service wants to know. */
export interface BannerFacts {
  url: string;
  temporalUiUrl: string | undefined;
  /** The key itself where it is to be shown, else where it is to be found. */
  apiKey: { shown: string } | { keptIn: string };
  /** How a shell gets at the key, for the command to paste. */
  apiKeyInShell: string;
  allowedSubnets: string[];
  logFile: string | undefined;
}

/** The banner's lines. */
export function banner(facts: BannerFacts): string[] {
  const { url, temporalUiUrl, apiKey, apiKeyInShell, allowedSubnets, logFile } = facts;
  const key = 'shown' in apiKey ? `${apiKey.shown}   (shown this once)` : apiKey.keptIn;
  const rows: [string, string][] = [
    ['Web UI', `${url}/`],
    ['API', `${url}/v1`],
    ['API docs', `${url}/docs`],
    ...(temporalUiUrl === undefined ? [] : [['Temporal UI', temporalUiUrl] as [string, string]]),
    ['API key', key],
    ...(allowedSubnets.length === 0
      ? []
      : [
          ['Reachable', `receivers in ${allowedSubnets.join(', ')} too (EXOSPHERE_ALLOWED_SUBNETS)`] as [
            string,
            string,
          ],
        ]),
    ...(logFile === undefined ? [] : [['Log', logFile] as [string, string]]),
  ];
  return [
    '',
    'Exosphere Alerts is running. Ctrl-C stops it; nothing is lost.',
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
    '',
    '  Send an event:',
    `  curl -sS ${url}/v1/events -H "x-api-key: ${apiKeyInShell}" -H 'content-type: application/json' \\`,
    `    -d '{"type":"workflow.failed","data":{"graph_name":"etl","run_id":"42"}}'`,
    '',
  ];
}
