const WORDS: Record<string, string> = {
  condition_true: 'the condition is true',
  no_condition: 'the rule has no condition',
  condition_false: 'condition false',
  missing_field: 'the event lacks a field that the condition reads',
  condition_error: 'the condition could not be evaluated',
  about_itself: "the event is about the rule's own endpoint or rule",
};

interface Told {
  outcome: 'matched' | 'not_matched';
  reason: string;
  detail?: string | undefined;
}

/** What a rule decided of an event and why: `Not fired: condition false`. */
export function decisionText({ outcome, reason, detail }: Told): string {
  // A rule that keeps state counts an event for one of its sides, of which the condition is but one.
  if (detail?.startsWith('counted as')) return `Matched: ${detail}`;
  const why = `${WORDS[reason] ?? reason}${detail ? ` (${detail})` : ''}`;
  return outcome === 'matched' ? `Matched: ${why}` : `Not fired: ${why}`;
}
