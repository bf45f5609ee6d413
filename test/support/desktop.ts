/**
 * A Chromium as somebody has it on a desktop: the tab behind another one is hidden and slowed down, and may be frozen
 * or discarded; the whole program sleeps with its machine. Playwright cannot do that: it tells its pages that they are
 * in front and have the focus, wherever they are. Without a screen by default (the "new headless" mode does all this);
 * `headed` needs a display.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_ARGS, findChromium } from './chromium.js';
import { DevTools } from './devtools.js';
import { until, within } from './wait.js';

/** Seconds after it was hidden, and not five minutes, Chromium runs the timers of a page once a minute. */
const THROTTLING = '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/2';

/** The pages below `chrome://`, of which one discards tabs, have to be permitted. */
const LOCAL_STATE = JSON.stringify({ internal_only_uis_enabled: true });

const ADDRESS = /DevTools listening on (ws:\S+)/;

interface Target {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

export class Desktop implements AsyncDisposable {
  readonly devTools: DevTools;
  readonly #process: ChildProcess;
  readonly #profile: string;

  private constructor(devTools: DevTools, process: ChildProcess, profile: string) {
    this.devTools = devTools;
    this.#process = process;
    this.#profile = profile;
  }

  static async open({ headed = false } = {}): Promise<Desktop> {
    const path = await findChromium();
    if (!path) throw new Error('No Chromium here: "npm test" installs one, or set CHROME_PATH.');
    const profile = await mkdtemp(join(tmpdir(), 'slate-desktop-'));
    await writeFile(join(profile, 'Local State'), LOCAL_STATE);
    const own = [THROTTLING, '--disable-popup-blocking', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
    const args = [...CHROMIUM_ARGS, ...own, ...(headed ? [] : ['--headless=new']), 'about:blank'];
    // A process group of its own, so that the whole browser can be stopped.
    const process = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    let said = '';
    process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    const url = await until(() => ADDRESS.exec(said)?.[1], { deadlineMs: 30_000, what: 'Chromium to start' });
    return new Desktop(await DevTools.connect(url), process, profile);
  }

  /** Opens a tab in front of the others. */
  async tab(url: string): Promise<Tab> {
    const { targetId } = await this.devTools.call<Target>('Target.createTarget', { url });
    return Tab.attach(this, targetId);
  }

  /** The tab that shows this address, and is none of `known`, once there is one. */
  async find(url: string, known: readonly Tab[] = []): Promise<Tab> {
    const ids = known.map(({ id }) => id);
    const found = await until(async () =>
      (await this.#pages()).find((one) => one.url === url && !ids.includes(one.targetId)),
    );
    return Tab.attach(this, found.targetId);
  }

  /** Discards a tab behind another one, as Chromium does when memory is short: never one in which somebody typed. */
  async discard(tab: Tab): Promise<void> {
    const title = JSON.stringify(await tab.run('document.title'));
    await tab.detach(); // Chromium discards no tab that is being debugged
    const list = await this.tab('chrome://discards/');
    await list.until(`(() => {
      const rows = document.querySelector('discards-main')?.shadowRoot?.querySelector('discards-tab')?.shadowRoot
        ?.querySelectorAll('tbody tr');
      const row = [...(rows ?? [])].find((one) => one.textContent.includes(${title}));
      if (!row || row.textContent.includes('DevTools')) return false;
      [...row.querySelectorAll('[is=action-link]')].find((one) => one.textContent.includes('Urgent Discard')).click();
      return true;
    })()`);
    await until(async () => !(await this.#pages()).some(({ targetId }) => targetId === tab.id), {
      what: 'the discard',
    });
    await list.close();
  }

  /** The machine sleeps: no process of the browser runs. */
  sleep(): void {
    this.#signal('SIGSTOP');
  }

  wake(): void {
    this.#signal('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#signal('SIGKILL');
    await within(ended, 'Chromium to end');
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async #pages(): Promise<Target[]> {
    const { targetInfos } = await this.devTools.call<{ targetInfos: Target[] }>('Target.getTargets');
    return targetInfos.filter(({ type }) => type === 'page');
  }

  #signal(signal: NodeJS.Signals): void {
    process.kill(-(this.#process.pid ?? 0), signal);
  }
}

export class Tab {
  readonly id: string;
  readonly #desktop: Desktop;
  readonly #session: string;

  private constructor(desktop: Desktop, id: string, session: string) {
    this.#desktop = desktop;
    this.id = id;
    this.#session = session;
  }

  static async attach(desktop: Desktop, targetId: string): Promise<Tab> {
    const attached = { targetId, flatten: true };
    const { sessionId } = await desktop.devTools.call<{ sessionId: string }>('Target.attachToTarget', attached);
    return new Tab(desktop, targetId, sessionId);
  }

  async detach(): Promise<void> {
    await this.#desktop.devTools.call('Target.detachFromTarget', { sessionId: this.#session });
  }

  /** The value of an expression in the page, as JSON carries it. Rejects where it throws. */
  async run<T>(expression: string): Promise<T> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#call<{
      result: { value: T };
      exceptionDetails?: { exception?: { description?: string } };
    }>('Runtime.evaluate', params);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? expression);
    return result.value;
  }

  /** Waits until the expression is true in the page. */
  async until(expression: string, deadlineMs = 20_000): Promise<void> {
    await until(() => this.run<boolean>(expression), { deadlineMs, what: expression });
  }

  /** Types at the end of what has the id. */
  async type(id: string, text: string): Promise<void> {
    await this.run(`{ const it = document.getElementById('${id}'); it.focus(); it.setSelectionRange(1e6, 1e6); }`);
    await this.#call('Input.insertText', { text });
  }

  /** Presses a key that changes nothing: somebody is there. */
  async touch(): Promise<void> {
    for (const type of ['keyDown', 'keyUp']) await this.#call('Input.dispatchKeyEvent', { type, key: 'Shift' });
  }

  /** Puts the tab in front of the others, which hides them. */
  async front(): Promise<void> {
    await this.#desktop.devTools.call('Target.activateTarget', { targetId: this.id });
  }

  /** Freezes the page, as Chromium does with a hidden one after minutes, or lets it go on. */
  async freeze(state: 'frozen' | 'active'): Promise<void> {
    await this.#call('Page.setWebLifecycleState', { state });
  }

  async close(): Promise<void> {
    await this.#desktop.devTools.call('Target.closeTarget', { targetId: this.id });
  }

  #call<T>(method: string, params: object): Promise<T> {
    return this.#desktop.devTools.call<T>(method, params, this.#session);
  }
}
