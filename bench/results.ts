import type { HistoryCost } from './histories.ts';
import type { Quiet, Round } from './measure.ts';
import type { Options } from './options.ts';

/** What was measured of one program, round by round. */
export interface Measured {
  quiet: Quiet[];
  busy: Round[];
  /** Of events at low load. */
  histories: HistoryCost[];
  /** Of events at saturation. */
  busyHistories: HistoryCost[];
}

/** All that a run measured. */
export interface Results {
  options: Options;
  floor: Measured;
  service: Measured;
}
