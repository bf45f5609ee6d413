/** The figures: how many users, messages and bytes per second, the round trip to the server, and who is where. */
import type { Member } from '../../src/index.js';
import type { SlateRoom } from '../index.js';

/** How often the figures are brought up to date, in milliseconds. */
const EVERY_MS = 1000;
type Figures = Readonly<Record<'messagesIn' | 'messagesOut' | 'bytesIn' | 'bytesOut', number>>;

export function startFigures(roomElement: SlateRoom): void {
  const put = (id: string, text: string): void => {
    const element = document.getElementById(id);
    if (element && element.textContent !== text) element.textContent = text;
  };
  let before: Figures | undefined;
  let at = 0;

  roomElement.addEventListener('slate-join', ({ room }) => {
    before = undefined;
    const show = (members: readonly Member[]): void => {
      put('people', String(members.length));
      showRoster(members);
    };
    show(room.members);
    room.on('members', show); // the subscription ends with the room
  });

  setInterval(() => {
    const { room } = roomElement;
    if (!room || document.hidden) return;
    const now = performance.now();
    const stats = { ...room.stats };
    const last = before;
    if (last) {
      const rate = (key: keyof Figures): number => ((stats[key] - last[key]) * 1000) / (now - at);
      put('messages', `${rate('messagesIn').toFixed(0)} in, ${rate('messagesOut').toFixed(0)} out`);
      put('bytes', `${size(rate('bytesIn'))} in, ${size(rate('bytesOut'))} out`);
    }
    before = stats;
    at = now;
    room.roundTrip().then(
      (ms) => put('round-trip', `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`),
      () => put('round-trip', 'no connection'),
    );
  }, EVERY_MS);
}

const size = (bytes: number): string => (bytes < 1000 ? bytes.toFixed(0) : `${(bytes / 1000).toFixed(1)} k`);

function showRoster(members: readonly Member[]): void {
  const rows = members.map(({ user, self, location }) => {
    const row = document.createElement('li');
    row.style.setProperty('--swatch', user.color);
    const name = Object.assign(document.createElement('bdi'), { textContent: self ? `${user.name} (you)` : user.name });
    row.append(name, Object.assign(document.createElement('small'), { textContent: location ?? '' }));
    return row;
  });
  document.getElementById('roster')?.replaceChildren(...rows);
}
