/** `<slate-feed>`, `<slate-build>`, `<slate-log>`, `<slate-status>` and `<slate-text>` in every state, as axe sees it. */
import { describe, it, vi } from 'vitest';
import { Doc } from 'yjs';
import '../../elements/build/define.js';
import type { SlateBuild } from '../../elements/build/define.js';
import '../../elements/feed/define.js';
import '../../elements/log/define.js';
import type { SlateLog } from '../../elements/log/define.js';
import '../../elements/text/define.js';
import {
  type BuildEvent,
  publishBuildEvent,
  publishFileEvent,
  publishProjectEvent,
  publishRuntimeEvent,
} from '../../src/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';
import { expectAccess, NAMES } from './access.js';
import { mount, mountRoom, part, parts, text } from './support.js';

vi.setConfig({ testTimeout: 60_000 }); // axe looks at every state in six modes

async function setUp(markup: string) {
  const hub = new MemoryHub();
  const element = mount<SlateBuild>(markup);
  element.bus = hub.connect();
  await element.updateComplete;
  const bus = hub.connect();
  const lost = async () => {
    hub.drop();
    await until(async () => text(await part(element, 'error')) !== '', { what: 'the loss of the connection' });
  };
  return { element, bus, lost };
}

describe('<slate-feed>', () => {
  it('empty, with news of many kinds and names, scrolling, without a connection', async () => {
    const { element, bus, lost } = await setUp('<slate-feed project="p"></slate-feed>');
    await expectAccess(element, 'empty');
    for (const [i, userId] of NAMES.entries()) {
      const type = (['created', 'updated', 'deleted'] as const)[i % 3] ?? 'created';
      const common = {
        type,
        projectId: 'p',
        userId,
        timestamp: Date.now() - i * 3_600_000,
        data: { name: `File ${i}` },
      };
      await publishFileEvent({ ...common, fileId: `f${i}` }, { bus });
    }
    await publishProjectEvent(
      { type: 'updated', projectId: 'p', userId: 'bob', timestamp: Date.now(), data: { name: 'P' } },
      { bus },
    );
    await publishBuildEvent({ type: 'failed', projectId: 'p', buildId: 'b', timestamp: Date.now() }, { bus });
    await until(() => parts(element, 'item').length === NAMES.length + 2, { what: 'the news' });
    await expectAccess(element, 'news');
    element.style.setProperty('--slate-feed-height', '60px');
    element.requestUpdate();
    await until(() => element.shadowRoot?.querySelector('ol')?.tabIndex === 0);
    await expectAccess(element, 'scrolling');
    await lost();
    await expectAccess(element, 'without a connection');
  });
});

describe('<slate-build>', () => {
  it('in each state, without a connection', async () => {
    const { element, bus, lost } = await setUp('<slate-build project="p"></slate-build>');
    await expectAccess(element, 'idle');
    let timestamp = 1_700_000_000_000;
    const tell = async (event: Partial<BuildEvent>) => {
      timestamp += 1000;
      await publishBuildEvent({ projectId: 'p', buildId: 'b', timestamp, ...event } as BuildEvent, { bus });
      await until(() => element.dataset.state === event.type);
      await expectAccess(element, event.type ?? '');
    };
    await tell({ type: 'started' });
    await tell({ type: 'progress', data: { percent: 40, message: 'Compiling' } });
    await tell({ type: 'completed' });
    await tell({ type: 'started' });
    await tell({ type: 'failed', data: { error: 'Out of memory' } });
    await lost();
    await expectAccess(element, 'without a connection');
  });
});

describe('<slate-log>', () => {
  it('empty, with lines of every level, filtered, scrolled up, without a connection', async () => {
    const { element, bus, lost } = await setUp('<slate-log session="s"></slate-log>');
    const log = element as unknown as SlateLog;
    await expectAccess(log, 'empty');
    const common = { sessionId: 's', projectId: 'p', timestamp: 1_700_000_000_000 };
    const say = (level: string, message: string) =>
      publishRuntimeEvent({ ...common, type: 'log', data: { message, level } }, { bus });
    for (const level of ['debug', 'info', 'warn', 'error']) await say(level, `a line of ${level}, ${NAMES.join(', ')}`);
    await until(() => parts(log, 'line').length === 4);
    await expectAccess(log, 'each level');
    log.level = 'error';
    await until(() => parts(log, 'line').length === 1);
    await expectAccess(log, 'filtered');
    log.level = null;
    await say('info', Array.from({ length: 200 }, (_, i) => `line ${i}`).join('\n'));
    const scroller = await part(log, 'lines');
    await until(() => scroller.scrollTop > 1000);
    scroller.scrollTop = 500;
    await until(() => !log.following);
    await log.updateComplete;
    await expectAccess(log, 'scrolled up');
    await lost();
    await expectAccess(log, 'without a connection');
  });
});

describe('<slate-status>', () => {
  it('connecting, connected, reconnecting, closed', async () => {
    const hub = new MemoryHub();
    hub.drop();
    const waiting = mount<HTMLElementTagNameMap['slate-room']>(
      '<slate-room project="town"><slate-status></slate-status></slate-room>',
    );
    waiting.bus = hub.connect();
    const inside = waiting.querySelector('slate-status') as HTMLElement;
    await until(() => inside.dataset.state === 'connecting');
    await expectAccess(inside, 'connecting');
    hub.restore();
    const { element } = await mountRoom(hub, '<slate-status></slate-status>');
    const status = element.querySelector('slate-status') as HTMLElement;
    await until(() => status.dataset.state === 'connected');
    await expectAccess(status, 'connected');
    hub.drop();
    await until(() => status.dataset.state === 'reconnecting');
    await expectAccess(status, 'reconnecting');
    hub.restore();
    await element.bus?.close();
    await until(() => status.dataset.state === 'closed');
    await expectAccess(status, 'closed');
  });
});

describe('<slate-text>', () => {
  it('leaves the roles and names of its field alone', async () => {
    const { element } = await mountRoom(
      new MemoryHub(),
      `<label for="shared">Notes</label><textarea id="shared"></textarea><slate-text for="shared"></slate-text>
       <div id="rich" contenteditable="true" role="textbox" aria-label="Rich" aria-multiline="true"></div>
       <slate-text for="rich"></slate-text>`,
    );
    for (const shared of element.querySelectorAll('slate-text')) shared.doc = new Doc();
    await until(() => (element.querySelector('#rich') as HTMLElement).style.whiteSpace !== '', { what: 'the binding' });
    await expectAccess(element, 'shared fields');
  });
});
