import { type ConfigureOptions, setDefault } from '../messaging/default.js';
import { slateNaming } from './naming.js';

/**
 * Says how the default connection is made, which `publish`, `subscribe`, `request`, `respond` and all events use that are
 * given no bus of their own. Opens nothing: the first of them does.
 *
 * Throws {@link OptionError} for options that cannot be used, and while the connection is open (close it first).
 *
 * ```ts
 * configure({ servers: 'wss://nats.example.com:9222', token: () => session.token });
 * ```
 */
export function configure(options: ConfigureOptions): void {
  setDefault(options, slateNaming);
}
