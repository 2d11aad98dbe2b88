import type { ExosphereAlertsError } from './error.ts';
import type { NewEvent } from './events.ts';
import type { EmitSettings, ErrorContext } from './options.ts';

/** Tells the caller's hooks what went wrong. Whatever they do, they break nothing here. */
export function createTeller({ onError, onDrop }: Pick<EmitSettings, 'onError' | 'onDrop'>) {
  let isFullTold = false;
  const tell = (error: ExosphereAlertsError, context: ErrorContext) => safely(() => (onError ?? warn)(error, context));

  return {
    /** A request failed, and is made again. */
    failed: (error: ExosphereAlertsError, retryIn: number) => tell(error, { retryIn }),

    lost(event: NewEvent, error: ExosphereAlertsError): void {
      if (onDrop) safely(() => onDrop(event, error));
      // A full buffer loses an event with each that is emitted: a line for each would be the next trouble.
      if (error.code === 'buffer_full' && isFullTold) return;
      if (error.code === 'buffer_full') isFullTold = true;
      tell(error, { event });
    },

    /** The service takes events: a full buffer is news again. */
    delivered(): void {
      isFullTold = false;
    },
  };
}

/** Calls a hook of the caller's: whatever it throws or rejects with is the caller's own. */
export function safely(hook: () => unknown): void {
  try {
    // An asynchronous hook too: nobody else would catch what it rejects with.
    void Promise.resolve(hook()).catch(() => undefined);
  } catch {
    // It is the caller's, and so is what it throws; there is nobody to tell.
  }
}

function warn({ code, message }: ExosphereAlertsError, { event, retryIn }: ErrorContext): void {
  const about =
    event === undefined ? `retry in ${Math.round((retryIn ?? 0) / 1000)} s` : `lost: ${event?.type} ${event?.id ?? ''}`;
  // biome-ignore lint/suspicious/noConsole: where nobody listens for errors, a lost alert must still be seen.
  console.warn(`[exosphere-alerts] ${code}: ${message} (${about})`);
}
