/**
 * The one animation frame loop of the page. A task runs on the next frame and goes on for as long as it returns true;
 * when no task is due, nothing runs at all.
 */
export type FrameTask = (now: number) => boolean;

const due = new Set<FrameTask>();
let frame = 0;

/** Runs the task on the next frame. Waking it twice before that is harmless. */
export function wake(task: FrameTask): void {
  due.add(task);
  frame ||= requestAnimationFrame(run);
}

/** Takes the task out; the loop stops with the last one. */
export function rest(task: FrameTask): void {
  due.delete(task);
  if (due.size > 0 || frame === 0) return;
  cancelAnimationFrame(frame);
  frame = 0;
}

function run(now: number): void {
  const tasks = [...due];
  due.clear();
  frame = 0;
  for (const task of tasks) {
    try {
      if (task(now)) wake(task);
    } catch (error) {
      reportError(error); // one overlay that fails must not stop the others
    }
  }
}
