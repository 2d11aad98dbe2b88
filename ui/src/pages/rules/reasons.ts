/** Why a rule took an event or not, in words. A reason that is not known is shown as it is. */
const REASONS: Record<string, string> = {
  condition_true: 'The condition is true',
  no_condition: 'Of a watched type',
  condition_false: 'The condition is false',
  missing_field: 'A field of the condition is not there',
  condition_error: 'The condition fails on it',
  other_type: 'The rule does not watch this type',
  about_itself: 'It is about this very rule',
};

export const reasonText = (reason: string, detail?: string | null): string => {
  const words = REASONS[reason] ?? reason.replaceAll('_', ' ');
  return detail ? `${words}: ${detail}` : words;
};
