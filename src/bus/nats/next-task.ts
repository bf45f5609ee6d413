/** Waits for the next task of the event loop, without a timer: in a background page those run once a second at most. */

/** Resolves when every promise job that is queued now has run, and every job that those queue in turn. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const onMessage = () => {
      port1.close(); // an open port keeps a Node process alive
      resolve();
    };
    port1.addEventListener('message', onMessage);
    port1.start();
    port2.postMessage(undefined);
  });
}
