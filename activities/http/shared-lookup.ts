import type { Lookup } from './guarded-agent.ts';

type Callback = Parameters<Lookup>[2];

/**
 * A lookup that those who ask for the same name at the same time share; nothing is kept once it is answered.
 *
 * Node resolves names on libuv's threads, of which lookups get half: two of four by default. A name whose server does
 * not answer holds one for 5 s and more, whoever has long given up waiting. Were each attempt to ask anew, one such
 * endpoint with its 64 attempts at once would keep everybody's names waiting for minutes.
 */
export function shareLookups(lookup: Lookup): Lookup {
  const underWay = new Map<string, Callback[]>();
  return (hostname, options, callback) => {
    const key = JSON.stringify([hostname, options]);
    const waiting = underWay.get(key);
    if (waiting) return void waiting.push(callback);
    const callbacks = [callback];
    underWay.set(key, callbacks);
    try {
      lookup(hostname, options, (error, addresses) => {
        underWay.delete(key);
        for (const each of callbacks) each(error, addresses);
      });
    } catch (error) {
      underWay.delete(key);
      throw error;
    }
  };
}
