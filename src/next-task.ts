/** Waits for the next task of the event loop, without a timer: in a background page those run once a second at most. */

/** A port of Node keeps the process alive, and can be told not to; a page's cannot, and need not. */
type Port = InstanceType<typeof MessageChannel>['port1'];
type ReceivingPort = Port & { ref?(): void; unref?(): void };

let ports: { readonly receiving: ReceivingPort; readonly sending: Port } | undefined;
/** Who waits for the message that is under way. One message serves all of them, because making a channel is slow. */
let waiting: (() => void)[] = [];

/** Resolves when every promise job that is queued now has run, and every job that those queue in turn. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) > 1) return;
    ports ??= open();
    ports.receiving.ref?.();
    ports.sending.postMessage(undefined);
  });
}

function open() {
  const { port1, port2 } = new MessageChannel();
  const receiving: ReceivingPort = port1;
  receiving.addEventListener('message', () => {
    receiving.unref?.();
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  });
  receiving.start();
  return { receiving, sending: port2 };
}
