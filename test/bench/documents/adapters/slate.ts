/** Slate, with its history and without. */
import { openDocument } from '../../../../src/documents/open.js';
import { type Bus, type BusMessage, connect } from '../../../../src/index.js';
import type { DocumentSystem, Payload } from '../adapter.js';
import type { SystemId } from '../options.js';

/** The same bus, which counts the payloads that pass it. */
function counted(bus: Bus, bytes: Payload): Bus {
  const size = (payload: unknown) => (payload instanceof Uint8Array ? payload.length : 0);
  const publish: Bus['publish'] = (subject, payload, options) => {
    bytes.up += size(payload);
    bus.publish(subject, payload, options);
  };
  const subscribe: Bus['subscribe'] = (subject, handler, options) =>
    bus.subscribe(
      subject,
      (message: BusMessage) => {
        bytes.down += message.data.length;
        handler(message);
      },
      options,
    );
  const request: Bus['request'] = (subject, payload, options) => {
    bytes.up += size(payload);
    return bus.request(subject, payload, options);
  };
  const own: Partial<Bus> = { publish, subscribe, request };
  return new Proxy(bus, {
    get(target, key) {
      const value: unknown = Reflect.get(own, key) ?? Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const system = (id: SystemId, title: string, history: boolean): DocumentSystem => ({
  id,
  title,
  server: 'nats',
  history,
  async open({ url, name, doc, count = false }) {
    const bytes: Payload = { up: 0, down: 0 };
    const bus = await connect({ servers: url });
    const document = await openDocument(count ? counted(bus, bytes) : bus, { project: 'bench', name, doc, history });
    await new Promise<void>((resolve) => {
      if (document.status.synced) resolve();
      else document.on('status', ({ synced }) => synced && resolve());
    });
    return {
      save: () => (history ? document.save() : bus.flush()),
      ...(history && { snapshot: async () => void (await document.nameVersion(undefined, 'bench')) }),
      ...(count && { payload: () => ({ ...bytes }) }),
      async close() {
        await document.close();
        await bus.close();
      },
    };
  },
});

export const slate = system('slate', 'Slate', true);
export const slateLive = system('slate-live', 'Slate, without history', false);
