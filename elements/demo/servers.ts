/** The address of the NATS server: `?server=wss://…` of the page's address, else the one that /slate.json names. */
export async function readServers(query: URLSearchParams): Promise<string> {
  const given = query.get('server');
  if (given) return given;
  try {
    const answer = await fetch('/slate.json');
    const { servers }: { servers?: unknown } = answer.ok ? await answer.json() : {};
    const list = [servers].flat().filter((server): server is string => typeof server === 'string' && server !== '');
    if (list.length > 0) return list.join(' ');
  } catch (cause) {
    throw new Error(missing, { cause });
  }
  throw new Error(missing);
}

const missing =
  'This page does not know the address of its nats-server: /slate.json names none. ' +
  'Start the demo with “npm start”, or add ?server=ws://127.0.0.1:9222 to the address.';
