import { z } from 'zod';

/**
 * A time that a person writes, RFC 3339 with Z or an offset.
 *
 * @param error what is said of anything else
 */
export const writtenTime = (error: string) =>
  z.iso
    .datetime({ offset: true, error })
    // Near its end the year 9999 is another one in UTC, in which every time is shown. What is no time is said above.
    .refine((text) => !(new Date(text).getUTCFullYear() > 9999), 'must be before the year 10000 in UTC');
