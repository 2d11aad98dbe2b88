import { channels } from '../channels/index.ts';
import type { ChannelKind } from '../domain/channel-kind.ts';
import type { Sealer } from '../store/seal.ts';
import { endpointPlace } from '../store/sealed-place.ts';

/** A header's value or a routing key is never shown; sent back as this it is unchanged. */
export const MASK = '••••••••';

/** Sealed header values by name. */
export type Boxes = Record<string, string>;

/** Whether a value is the mask of one that is there. */
export const isKept = (name: string, value: string, boxes: Boxes): boolean =>
  value === MASK && Object.hasOwn(boxes, name);

/** A masked value stands for the box that is there; only what is new is sealed. */
export function sealHeaders(sealer: Sealer, endpointId: string, headers: Boxes, boxes: Boxes): Boxes {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isKept(name, value, boxes) ? (boxes[name] as string) : sealer.seal(value, endpointPlace.header(endpointId, name)),
    ]),
  );
}

/** What is shown of a URL that is itself a secret, contract §2: its origin and its last 4 characters. */
function maskUrl(url: string): string {
  return `${new URL(url).origin}/…${Array.from(url).slice(-4).join('')}`;
}

/** Whether a text is a mask of some URL; it leads nowhere. */
export const isMaskedUrl = (text: string): boolean => /^[a-z]+:\/\/[^/]*\/…/i.test(text);

/** What an endpoint's row keeps of its URL. */
export interface StoredUrl {
  target_url: string;
  sealed_target_url?: string | null;
}

/**
 * @param url as the person gave it, checked; or the mask that they were shown
 * @param current what the row has: sent back, it is unchanged
 */
export function sealUrl(
  sealer: Sealer,
  { id, kind }: { id: string; kind: ChannelKind },
  url: string,
  current?: StoredUrl,
) {
  if (current?.target_url === url) return { target_url: url, sealed_target_url: current.sealed_target_url ?? null };
  if (!channels[kind].target.hasSecretUrl) return { target_url: url, sealed_target_url: null };
  return { target_url: maskUrl(url), sealed_target_url: sealer.seal(url, endpointPlace.targetUrl(id)) };
}

/** @param key a new key, the mask for the one that is there, or undefined for none */
export function sealRoutingKey(
  sealer: Sealer,
  endpointId: string,
  key: string | undefined,
  box?: string | null,
): string | null {
  if (key === undefined || key === MASK) return box ?? null;
  return sealer.seal(key, endpointPlace.routingKey(endpointId));
}
