import type { Scenario } from '../scenario.ts';
import { badNeighbours } from './bad-neighbours.ts';
import { closedLoop, twoProcesses } from './closed-loop.ts';
import { crash } from './crash.ts';
import { emitting } from './emitting.ts';
import { fanOut } from './fan-out.ts';
import { floorComparison } from './floor.ts';
import { noisyNeighbour } from './noisy-neighbour.ts';
import { openLoop } from './open-loop.ts';
import { rules } from './rules.ts';
import { stateful } from './stateful.ts';
import { watched } from './watched.ts';

/** In the order of their letters. */
export const scenarios: Scenario[] = [
  closedLoop,
  openLoop,
  fanOut,
  badNeighbours,
  rules,
  crash,
  floorComparison,
  twoProcesses,
  stateful,
  noisyNeighbour,
  watched,
  emitting,
];
