/** Where the server is: `?server=wss://…` in the address, else what the page's own server says in /slate.json. */
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
  'Nobody told this page where its nats-server is: /slate.json gave no address. ' +
  'Start the demo with “npm start”, or add ?server=ws://127.0.0.1:9222 to the address.';
