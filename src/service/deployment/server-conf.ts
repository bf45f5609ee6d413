/** The configuration of each server of a deployment: users by JWT, TLS, JetStream, and the routes of a cluster. */

export interface Node {
  /** `slate` for one server, else `slate-1` … */
  readonly name: string;
  /** By which clients and the other servers reach it: a name or an address. */
  readonly host: string;
  /** Added to every port: servers of one machine cannot share them. */
  readonly portOffset: number;
}

export interface ServerOptions {
  /** Where the servers listen: `127.0.0.1`, or `0.0.0.0` for every network. */
  readonly listen: string;
  /** PEM files of the WebSocket listener. */
  readonly cert: string;
  readonly key: string;
  /** PEM files by which the servers of a cluster know each other. */
  readonly routes: { readonly ca: string; readonly cert: string; readonly key: string };
  /** The pages that may connect, such as `https://app.example.com`. */
  readonly origins: readonly string[];
  /** Below it each server keeps its streams. */
  readonly storeDir: string;
  /** Bytes on disk, and in memory, that the streams of one server may take. */
  readonly disk: number;
  readonly memory: number;
}

const PORTS = { nats: 4222, ws: 9222, monitor: 8222, cluster: 6222 };

/** The text for `node`, one of `nodes`. It includes `accounts.conf` from its own folder. */
export function serverConf(node: Node, nodes: readonly Node[], options: ServerOptions): string {
  const { listen, cert, key, origins, storeDir, disk, memory } = options;
  const isCluster = nodes.length > 1;
  return `# ${node.name}, made by slate init. docs/deployment.md of Slate says how to run it.

# Where the server listens. Pages use WS_LISTEN; services use it, too.
WS_LISTEN: ${quoted(at(listen, 'ws', node))}
# For other clients of NATS, such as its tools: without TLS, so on this machine only.
NATS_LISTEN: ${quoted(at('127.0.0.1', 'nats', node))}
# For slate top. It asks for no password: keep it on this machine.
MONITOR_LISTEN: ${quoted(at('127.0.0.1', 'monitor', node))}
${isCluster ? clusterVariables(node, listen) : ''}# Where streams are kept: documents and durable jobs.
STREAMS_DIR: ${quoted(isCluster ? `${storeDir}/${node.name}` : storeDir)}

server_name: ${node.name}
listen: $NATS_LISTEN
http: $MONITOR_LISTEN

# Who may connect, and what each may do, stands in the JWTs that the accounts sign.
include "accounts.conf"

websocket {
  listen: $WS_LISTEN
${isCluster ? '  advertise: $WS_ADVERTISE\n' : ''}  tls { cert_file: ${quoted(cert)}, key_file: ${quoted(key)} }
  # The pages that may connect. This keeps out browsers on other pages, and nobody else: programs name no page.
  allowed_origins: [${origins.map(quoted).join(', ')}]
}

${isCluster ? cluster(node, nodes, options) : ''}jetstream {
  store_dir: $STREAMS_DIR
  max_mem: ${memory}
  max_file: ${disk}
}

# A JWT says what its user may do, and the client sends it in one line, for which 4 KB would be too few.
max_control_line: 64KB
# The largest message. A larger one is refused when it is published.
max_payload: 1MB
# A client that vanished is noticed after ping_interval × (ping_max + 1).
ping_interval: "20s"
ping_max: 2
`;
}

const clusterVariables = (node: Node, listen: string) => `# By which pages reach this server; the others pass it on.
WS_ADVERTISE: ${quoted(at(node.host, 'ws', node))}
# For the other servers.
CLUSTER_LISTEN: ${quoted(at(listen, 'cluster', node))}
`;

const cluster = (node: Node, nodes: readonly Node[], { routes: { ca, cert, key } }: ServerOptions) => `cluster {
  name: slate
  listen: $CLUSTER_LISTEN
  advertise: ${quoted(at(node.host, 'cluster', node))}
  # All servers, this one included: a server ignores the route to itself.
  routes: [${nodes.map((each) => quoted(`nats-route://${at(each.host, 'cluster', each)}`)).join(', ')}]
  # Only servers with a certificate of the deployment's own authority may join.
  tls { cert_file: ${quoted(cert)}, key_file: ${quoted(key)}, ca_file: ${quoted(ca)}, verify: true }
}

`;

const at = (host: string, kind: keyof typeof PORTS, { portOffset }: Node) => `${host}:${PORTS[kind] + portOffset}`;
const quoted = (text: string) => JSON.stringify(text);
