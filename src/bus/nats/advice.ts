/** What may be wrong with an address at which no server answers: the mistakes of a first day, in words. */

const LISTENER = 'a nats-server listens for WebSockets at another port, usually 9222';
const LOCAL = /^(localhost|127\.[\d.]+|\[::1\]|[^.:[]+)$/;

/** `cause`: the reason that Node gives; a browser gives none. Undefined where nothing is suspicious. */
export function adviceFor(servers: readonly string[], cause: unknown): string | undefined {
  const said = String((cause as { message?: unknown } | undefined)?.message ?? '');
  if (said.includes('Expected HTTP')) return `What answers there is no WebSocket listener; ${LISTENER}.`;
  const status = /Unexpected server response: (\d+)/.exec(said)?.[1];
  if (status) return `A web server answers there (status ${status}); ${LISTENER}.`;
  for (const server of servers) {
    const [, scheme = '', host = '', port] = /^(wss?):\/\/(\[[^\]]*\]|[^:/]*)(?::(\d+))?/.exec(server) ?? [];
    if (port === '4222' || port === '8222') return `Port ${port} is usually not for WebSockets; ${LISTENER}.`;
    if (!LOCAL.test(host)) continue;
    const local = `ws://${host}:${port ?? 9222}`;
    if (!port) return `Without a port it is ${scheme === 'wss' ? 443 : 80}; ${LISTENER}: try ${local}.`;
    if (scheme === 'wss')
      return `A server of your own has a certificate for wss:// only if you gave it one: try ${local}.`;
  }
  return undefined;
}
