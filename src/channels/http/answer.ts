import type { ReadAnswer } from '../channel.ts';

/** The table for any webhook is this kind's own. */
export const readAnswer: ReadAnswer = (_answer, general) => general;
