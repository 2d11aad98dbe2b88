import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useMay, useSession } from '../../kit/use-session.ts';
import { isFirstRun } from './first-steps.ts';
import { arrivedQuery } from './queries.ts';

/**
 * Whether the first steps are shown: until an alert has arrived, or the person closes them. What is shown stays while the
 * page does, so that the result is seen.
 *
 * @param isWanted whether the person asks for them, whatever is there
 */
export function useGuide(isWanted: boolean): { state: 'unknown' | 'shown' | 'hidden'; dismiss: () => void } {
  const session = useSession();
  const may = useMay();
  // Of this browser, and of this namespace: another one has its own first steps.
  const [isDismissed, setDismissed] = useLocalStorage({
    key: `exosphere-first-steps-closed:${session?.namespace}`,
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const isAsked = may('deliveries:read') && may('webhooks:read') && may('rules:read') && !isDismissed;
  const arrived = useQuery({ ...arrivedQuery, enabled: isAsked });
  const isFirst = isAsked && arrived.data !== undefined && isFirstRun(arrived.data.items);
  const [wasFirst, setWasFirst] = useState(false);
  useEffect(() => {
    if (isFirst) setWasFirst(true);
  }, [isFirst]);
  const isShown = isWanted || (!isDismissed && (isFirst || wasFirst));
  const state = isShown ? 'shown' : isAsked && arrived.isPending ? 'unknown' : 'hidden';
  return { state, dismiss: () => setDismissed(true) };
}
