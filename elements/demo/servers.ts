/** Where NATS is: `?server=wss://…` of the page's address, else what /slate.json names. */
export interface Servers {
  /** At least one address. */
  readonly servers: readonly string[];
  /** The address of this computer in its network, where /slate.json knows it. */
  readonly network: string | undefined;
}

/** Rejects, with what to do about it, where no address is to be had. */
export async function readServers(query: URLSearchParams): Promise<Servers> {
  const { servers, network } = await readFile().catch(() => ({ servers: [], network: undefined }));
  const given =
    query
      .get('server')
      ?.split(/[\s,]+/)
      .filter(Boolean) ?? [];
  const found = given.length > 0 ? given : servers;
  if (found.length === 0) throw new Error(missing);
  return { servers: found, network };
}

async function readFile(): Promise<Servers> {
  const answer = await fetch('/slate.json');
  const { servers, network }: { servers?: unknown; network?: unknown } = answer.ok ? await answer.json() : {};
  return {
    servers: [servers].flat().filter((server): server is string => typeof server === 'string' && server !== ''),
    network: typeof network === 'string' ? network : undefined,
  };
}

const missing =
  'This page does not know the address of its nats-server: /slate.json names none. ' +
  'Start the demo with “npm start”, or add ?server=ws://127.0.0.1:9222 to the address.';
