/** The shared note: whether it is saved, in plain words, and the versions that people keep of it. */
import type { DocumentStatus, Room, SavingState, Version } from '../../src/index.js';
import type { SlateRoom } from '../index.js';

/** So many versions are listed, the newest. */
const LISTED = 8;
/** The longest name of a version, in characters; the page shows less of it where there is no room. */
const LONGEST = 80;

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function startNote(element: SlateRoom): void {
  const note = document.querySelector<HTMLTextAreaElement>('#notes');
  const saving = document.querySelector<HTMLElement>('#saving');
  const keep = document.querySelector<HTMLButtonElement>('#keep');
  const earlier = document.querySelector<HTMLDetailsElement>('#earlier');
  const list = document.querySelector<HTMLElement>('#versions');
  const said = document.querySelector<HTMLElement>('#said');
  if (!note || !saving || !keep || !earlier || !list || !said) return;
  let room: Room | undefined;

  /** Says what happened; `task` is what the user asked for. */
  const attempt = async (task: (room: Room) => Promise<string>): Promise<void> => {
    try {
      if (room) said.textContent = await task(room);
    } catch (error) {
      console.warn(error);
      said.textContent = 'That did not work. Try again.';
    }
  };
  const refresh = async ({ documents }: Room): Promise<string> => {
    const versions = (await documents.versions()).filter(({ name }) => name);
    list.replaceChildren(...versions.slice(0, LISTED).map((version) => row(version, () => void restore(version))));
    return versions.length > 0 ? '' : 'Nobody has kept a version yet.';
  };
  const restore = (version: Version): Promise<void> =>
    attempt(async ({ documents }) => {
      await documents.restore(version.id);
      return `The note is again as in “${version.name}”.`;
    });

  keep.addEventListener('click', () =>
    attempt(async (now) => {
      const name = nameOf(note.value);
      await now.documents.name(undefined, name);
      await refresh(now);
      return `Kept as “${name}”.`;
    }),
  );
  earlier.addEventListener('toggle', () => earlier.open && attempt(refresh));

  element.addEventListener('slate-join', (event) => {
    const { documents } = event.room;
    room = event.room;
    const show = (status: DocumentStatus): void => {
      saving.textContent = wordsOf(status);
      saving.dataset.state = status.state;
      keep.disabled = !KEEPING.has(status.state);
    };
    show(documents.status);
    documents.on('status', show); // the subscription ends with the room
  });
}

/** The first line, as far as a name may go. */
function nameOf(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return (line.length > LONGEST ? `${line.slice(0, LONGEST).trim()}…` : line) || 'An empty note';
}

/** The states in which the server can keep a version. */
const KEEPING: ReadonlySet<SavingState> = new Set(['saved', 'saving']);

function wordsOf({ state, unsaved, error }: DocumentStatus): string {
  switch (state) {
    case 'saved':
      return 'Saved';
    case 'saving':
      return 'Saving…';
    case 'offline':
      if (unsaved === 0) return 'Offline';
      return unsaved === 1 ? 'Offline, 1 change waits' : `Offline, ${unsaved} changes wait`;
    case 'full':
      return 'Not saved: the server is full';
    case 'unsaved':
      return error?.name === 'HistoryUnavailableError' ? 'Shared, but this server keeps nothing' : 'Not saved yet';
    case 'deleted':
    case 'replaced':
      return 'This note was deleted';
    default:
      return 'Loading…';
  }
}

function row({ name, at }: Version, restore: () => void): HTMLLIElement {
  const item = document.createElement('li');
  const title = document.createElement('span');
  title.append(Object.assign(document.createElement('bdi'), { textContent: name }));
  const when = Object.assign(document.createElement('small'), { textContent: time.format(at) });
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Restore' });
  button.setAttribute('aria-label', `Restore “${name}” of ${when.textContent}`);
  button.addEventListener('click', restore);
  item.append(title, when, button);
  return item;
}
