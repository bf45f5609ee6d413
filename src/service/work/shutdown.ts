/**
 * Ends a process in order: the first SIGTERM or SIGINT lets every task finish, then the process ends by that signal, as
 * its parent expects; a second one ends it at once. A program that has a listener for the signal of its own ends
 * itself.
 */
type Task = () => Promise<void>;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const tasks = new Set<Task>();

/**
 * Runs `task` on the first SIGTERM or SIGINT. Returns a function that unsubscribes. While no task is registered, the
 * signals keep their usual effect.
 */
export function onShutdown(task: Task): () => void {
  if (tasks.size === 0) for (const signal of SIGNALS) process.on(signal, shutDown);
  tasks.add(task);
  return () => {
    if (tasks.delete(task) && tasks.size === 0) unsubscribe();
  };
}

function unsubscribe(): void {
  for (const signal of SIGNALS) process.off(signal, shutDown);
}

function shutDown(signal: NodeJS.Signals): void {
  const running = [...tasks];
  tasks.clear();
  unsubscribe();
  void Promise.allSettled(running.map((task) => task())).then(() => {
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  });
}
