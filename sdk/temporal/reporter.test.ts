import { expect, test } from '@jest/globals';
import type { Emitter } from '../src/emit/emitter.ts';
import { createReporter } from './reporter.ts';

test.each([Number.NaN, -1, '1 s'])(
  'a hold of %p is no time, which is said at once and not with each event lost',
  (holdMs) => {
    expect(() => createReporter({ emitter: {} as Emitter, holdMs: holdMs as number })).toThrow('holdMs');
  },
);
