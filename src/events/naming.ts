/**
 * What the naming scheme `slate.{resource}.{action}.{identifier}` says of a subscription and of a message. Advice and
 * sorting only: subjects of one's own, in and beside the scheme, are everyone's right.
 */
import type { BusMessage } from '../bus/bus.js';
import type { Naming } from '../messaging/client.js';

/** The actions of each resource; one id follows, or two where it says so. */
const ACTIONS: Record<string, string> = {
  project: 'created updated deleted',
  file: 'created updated deleted',
  asset: 'created updated deleted component.added',
  runtime: 'started stopped status log error',
  build: 'started progress completed failed',
  editor: 'opened.* closed.* cursor.* selection.*',
  collab: 'joined left presence',
};

/** Where rooms send bytes, on subjects longer and shorter than the scheme's. */
const ROOMS = /^slate\.(?:collab\.(?:presence|sync|alive)|editor\.cursors\.batch)(?:\.|$)/;

export const slateNaming: Naming = {
  isBytes(message: BusMessage): boolean {
    const first = message.data[0];
    return first !== 0x7b && first !== 0x5b && ROOMS.test(message.subject); // `{` and `[` begin the events that share these subjects
  },

  advise(pattern: string): string | undefined {
    const tokens = pattern.split('.');
    const [slate, resource = '', action = ''] = tokens;
    const actions = ACTIONS[resource];
    if (slate !== 'slate' || ROOMS.test(pattern)) return undefined;
    if (!actions && resource !== '*') return undefined; // a resource of one's own, or `slate.>`
    const shapes = Object.entries(ACTIONS).flatMap(([name, list]) =>
      list.split(' ').map((each) => ['slate', name, ...each.split('.'), '*']),
    );
    if (shapes.some((shape) => overlap(tokens, shape))) return undefined;
    if (actions && action !== '*' && !shapes.some((shape) => shape[1] === resource && shape[2] === action)) {
      return undefined; // an action of one's own
    }
    const wild = tokens.indexOf('*');
    const begin = tokens.slice(0, wild > 0 ? wild : 3).join('.');
    return (
      `A subscription to "${pattern}" hears no SLATE event: their subjects are slate.{resource}.{action}.{identifier}, and "*" ` +
      `stands for exactly one token. Subscribe to "${begin}.>" for all that begin so.`
    );
  },
};

/** Whether some subject matches both. */
function overlap(pattern: readonly string[], shape: readonly string[]): boolean {
  const fits = (token: string, index: number) => token === '*' || shape[index] === '*' || token === shape[index];
  if (pattern.at(-1) === '>') return pattern.length <= shape.length && pattern.slice(0, -1).every(fits);
  return pattern.length === shape.length && pattern.every(fits);
}
