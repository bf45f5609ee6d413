/** The list of clients whose picture is out of date. */
import { describe, expect, it } from 'vitest';
import { Changes } from '../../../src/presence/changes.js';

const at = (clock: number) => ({ clock, state: { clock } });

describe('Changes', () => {
  it('M5: holds the newest state of each client for Awareness, and keeps the client for the roster', () => {
    const changes = new Changes();
    changes.state(1, at(1));
    changes.state(2, at(1));
    changes.state(1, at(2));
    expect([...changes.takeStates()]).toEqual([
      [1, at(2)],
      [2, at(1)],
    ]);
    expect(changes.takeStates().size).toBe(0);
    expect(changes.takeClients()).toEqual([1, 2]);
    expect(changes.size).toBe(0);
  });

  it('does not lose a state when the roster changes as well', () => {
    const changes = new Changes();
    changes.state(1, at(1));
    changes.roster(1);
    changes.roster(2);
    expect([...changes.takeStates().keys()]).toEqual([1]);
    expect(changes.takeClients()).toEqual([1, 2]);
  });
});
