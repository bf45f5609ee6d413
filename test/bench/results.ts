/** Everything one run found. */
import type { Machine } from './machine.js';
import type { IdleResult } from './parts/idle.js';
import type { JoiningResult } from './parts/joining.js';
import type { LifeResult } from './parts/life.js';
import type { MovingResult } from './parts/moving.js';
import type { VerificationResult } from './parts/verification.js';

export interface Results {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly moving: MovingResult[];
  readonly joining: JoiningResult[];
  readonly idle: IdleResult[];
  readonly life: LifeResult[];
  readonly verification: VerificationResult[];
  seconds: number;
}
