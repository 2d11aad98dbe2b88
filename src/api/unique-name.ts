import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { ApiError } from './problem.ts';

/** The unique key decides, not a look beforehand: two requests at once cannot both win. */
export async function orNameTaken(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (cause) {
    if (!(cause instanceof UniqueConstraintViolationException)) throw cause;
    throw new ApiError(409, 'name_taken', 'Another one in this namespace has this name; choose another.', {
      errors: [{ path: 'name', message: 'is taken' }],
      cause,
    });
  }
}
