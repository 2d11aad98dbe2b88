/**
 * Milliseconds with fractions on the machine's monotonic clock: the same in every process, and never set back, so that
 * one process's sending and another's arrival can be compared.
 */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
