import type { Following } from './follow.js';
import type { Stage } from './stage.js';
import type { Talk } from './talk.js';

/** What one can do from a card. */
export interface CardActions {
  readonly following: Pick<Following, 'start'>;
  readonly talks: ReadonlyMap<Stage, Talk>;
  gather(stage: Stage): void;
}
