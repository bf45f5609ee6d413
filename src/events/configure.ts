/** `configure` for pages: the default connection, with the naming scheme of the SLATE events. */
import { type ConfigureOptions, setDefault } from '../messaging/default.js';
import { slateNaming } from './naming.js';

/**
 * Sets the options of the default connection, which `publish`, `subscribe`, `request`, `respond` and all event
 * functions use that are given no bus. Opens nothing: the first of these calls opens the connection.
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
