/** Raw nats.ws in Node needs a WebSocket, which Node has from 22 on. Import it for its effect. */
import { WebSocket } from 'ws';

globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;
