/** The hooks where a server renders a page: no effect runs there, and there is no browser. */
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { useBuildEvents, useMessaging, useProjectEvents, useQueryInvalidation } from '../../../src/react/index.js';

it('a server renders a component with hooks, and nothing subscribes', () => {
  expect(globalThis).not.toHaveProperty('reportError');
  function Page() {
    const { connected } = useMessaging();
    useProjectEvents('ada', () => expect.unreachable('nothing subscribes'));
    useBuildEvents(null, () => expect.unreachable('nothing subscribes'));
    useQueryInvalidation({ invalidateQueries: () => expect.unreachable('nothing subscribes') }, { projects: ['p1'] });
    return createElement('p', null, String(connected));
  }
  expect(renderToString(createElement(Page))).toBe('<p>false</p>');
});
