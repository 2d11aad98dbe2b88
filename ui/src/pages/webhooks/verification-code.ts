export const LANGUAGES = [
  { value: 'node', label: 'Node' },
  { value: 'python', label: 'Python' },
  { value: 'go', label: 'Go' },
  { value: 'java', label: 'Java' },
] as const;
export type Language = (typeof LANGUAGES)[number]['value'];

/** How the function is called in a handler. */
const CALLS: Record<Language, (secret: string) => string> = {
  node: (secret) => `verify(request.headers, rawBody, ${secret});`,
  python: (secret) => `verify(request.headers, raw_body, ${secret})`,
  go: (secret) => `err := Verify(r.Header.Get("X-Exosphere-Signature"), rawBody, ${secret}, time.Now())`,
  java: (secret) =>
    `ExosphereSignature.verify(request.getHeader("X-Exosphere-Signature"), rawBody, ${secret}, Instant.now());`,
};

/**
 * The code of the documents, headed by what is this endpoint's own. That stands in comments: it is text that people wrote.
 *
 * @param code the function, as `docs/exosphere/alerts.md` has it and its tests run it
 * @param secret the endpoint's, or its hint where it is not shown any more
 */
export function verificationCode(
  language: Language,
  code: string,
  { id, target_url, secret }: { id: string; target_url: string; secret: string },
): string {
  const mark = language === 'python' ? '#' : '//';
  const lines = [
    `${id}: POST ${target_url}`,
    'In the handler, with the raw body, before any JSON parser:',
    `  ${CALLS[language](JSON.stringify(secret))}`,
  ];
  return `${lines.map((line) => `${mark} ${oneLine(line)}`).join('\n')}\n\n${code}`;
}

/** A line end ends a comment; a backslash can be one, for Java. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029\\]/gu, ' ');
