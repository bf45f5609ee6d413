import { expect, it } from 'vitest';
import { systemSocket } from '../../../../src/bus/nats/socket.js';
import { OptionError } from '../../../../src/errors.js';

it('an address that the platform refuses to open is a mistake in the options', async () => {
  await expect(systemSocket('ws://127.0.0.1:9/#fragment')).rejects.toThrow(OptionError);
});
