/** The hooks where a page is rendered on a server: no effect runs there, and nothing of a browser is there. */
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { useBuildEvents, useMessaging, useProjectEvents, useQueryInvalidation } from '../../../src/react/index.js';

it('a component with hooks is rendered on a server, where nothing listens', () => {
  expect(globalThis).not.toHaveProperty('reportError');
  function Page() {
    const { connected } = useMessaging();
    useProjectEvents('ada', () => expect.unreachable('nothing listens'));
    useBuildEvents(null, () => expect.unreachable('nothing listens'));
    useQueryInvalidation({ invalidateQueries: () => expect.unreachable('nothing listens') }, { projects: ['p1'] });
    return createElement('p', null, String(connected));
  }
  expect(renderToString(createElement(Page))).toBe('<p>false</p>');
});
