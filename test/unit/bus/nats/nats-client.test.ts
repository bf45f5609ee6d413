import { describe, expect, it } from 'vitest';
import { importsOf, readSources } from '../../../support/house.js';

describe('nats.ws', () => {
  const sources = readSources('src', 'elements');
  const importers = (specifier: RegExp) =>
    [...sources]
      .filter(([, text]) => importsOf(text).some((each) => specifier.test(each.specifier)))
      .map(([file]) => file);

  it('is imported by one file, which one other file loads late', () => {
    expect(importers(/^nats\.ws$/)).toEqual(['src/bus/nats/nats-client.ts']);
    expect(importers(/nats-client\.js$/)).toEqual(['src/bus/nats/connect.ts']);
  });

  it('is not needed by the types of the public API', () => {
    // A type import would put the file, and so nats.ws, into the declarations that users compile.
    const mentions = sources.get('src/bus/nats/connect.ts')?.match(/.*nats-client\.js.*/g);
    expect(mentions).toEqual([expect.stringMatching(/await import\('\.\/nats-client\.js'\)/)]);
  });
});
