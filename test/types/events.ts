/** Compiled, never run: what the types of the verbs and the events allow and forbid. */
import {
  type BuildEvent,
  type BusSubscription,
  CacheKeys,
  cacheRules,
  configure,
  connectCache,
  NatsSubjects,
  onBuildEvents,
  onEditorEvents,
  onInvalidate,
  onProjectEvents,
  onRuntimeEvents,
  type ProjectEvent,
  publish,
  publishBuildEvent,
  publishCollaborationEvent,
  publishEditorEvent,
  publishProjectEvent,
  publishRuntimeEvent,
  request,
  respond,
  subscribe,
} from '../../src/index.js';

const timestamp = Date.now();

export async function verbs(): Promise<void> {
  configure({ servers: 'wss://a.example', token: () => 'renewed', outbox: { messages: 10 }, warn: false });
  await publish('slate.custom.subject', { data: 'value' });
  await publish('a', undefined, { whenOffline: 'queue', reply: 'b', headers: { Kind: 'x' } });
  const computed: string = ['a', 'b'].join('.');
  await publish(computed, 1);
  const sub: BusSubscription = await subscribe('slate.project.>', (event) => console.log(event.projectId));
  sub.unsubscribe();
  await subscribe('slate.build.jobs', (job: unknown) => job, { queue: 'build-workers' });
  await subscribe<{ id: number }>('slate.build.jobs', (job) => job.id.toFixed());
  await subscribe('any.>', (_, { subject, data, reply }) => [subject.length, data.length, reply?.length]);
  await subscribe(computed, (data) => {
    // @ts-expect-error nothing is known of its data
    return data.id;
  });
  const answer: unknown = await request('slate.runtime.status.s1', { query: 'status' }, 5000);
  await respond('slate.runtime.status.s1', async (data) => ({ data, answer }));
  // @ts-expect-error a wildcard is only for subscriptions
  await publish('slate.project.>', 1);
  // @ts-expect-error a wildcard is only for subscriptions
  await publish('slate.*.x', 1);
  // @ts-expect-error there is no such mode
  await publish('a', 1, { whenOffline: 'later' });
  // @ts-expect-error servers are texts
  configure({ servers: 5 });
}

/** A plain subscription validates nothing: each field may be missing. */
export async function unchecked(): Promise<void> {
  await subscribe(NatsSubjects.collaboration.presence('p1'), (event) => {
    if (event.type === 'presence') return event.userId?.length;
    // @ts-expect-error the field may be missing
    return event.userId.length;
  });
  await subscribe('slate.build.progress.p1', (event) => (event.type === 'progress' ? event.data?.percent : 0));
  // @ts-expect-error no build event has this type
  await subscribe('slate.build.progress.p1', (event) => event.type === 'presence');
}

export async function events(): Promise<void> {
  await publishProjectEvent({ type: 'created', projectId: 'p', userId: 'u', timestamp, data: { any: 1 }, extra: true });
  await publishProjectEvent(
    { type: 'updated', projectId: 'p', userId: 'u', timestamp },
    { notify: ['v'], whenOffline: 'drop' },
  );
  await publishBuildEvent({ type: 'progress', projectId: 'p', timestamp, data: { percent: 5 } });
  await publishBuildEvent({ type: 'failed', projectId: 'p', timestamp });
  await publishRuntimeEvent({ type: 'log', sessionId: 's', projectId: 'p', timestamp, data: { message: 'x' } });
  await publishEditorEvent({ type: 'cursor', userId: 'u', fileId: 'f', timestamp, data: { position: { line: 1 } } });
  await publishCollaborationEvent({
    type: 'presence',
    projectId: 'p',
    userId: 'u',
    timestamp,
    data: { location: 'f' },
  });
  // @ts-expect-error the user is missing
  await publishProjectEvent({ type: 'created', projectId: 'p', timestamp });
  // @ts-expect-error there is no such type
  await publishProjectEvent({ type: 'exploded', projectId: 'p', userId: 'u', timestamp });
  // @ts-expect-error a timestamp is a number
  await publishProjectEvent({ type: 'created', projectId: 'p', userId: 'u', timestamp: new Date() });
  // @ts-expect-error progress needs a percentage
  await publishBuildEvent({ type: 'progress', projectId: 'p', timestamp });
  // @ts-expect-error a percentage is a number
  await publishBuildEvent({ type: 'progress', projectId: 'p', timestamp, data: { percent: '5' } });
  // @ts-expect-error a log line has a message
  await publishRuntimeEvent({ type: 'log', sessionId: 's', projectId: 'p', timestamp, data: { text: 'x' } });
  // @ts-expect-error a cursor has a position
  await publishEditorEvent({ type: 'cursor', userId: 'u', fileId: 'f', timestamp, data: {} });
}

export function listeners(): void {
  const unsubscribe: () => void = onProjectEvents('u', (event: ProjectEvent) => event.userId.length, {
    projects: ['p'],
  });
  unsubscribe();
  onBuildEvents('p', (event: BuildEvent) => {
    switch (event.type) {
      case 'progress':
        return event.data.percent.toFixed();
      case 'failed':
        return event.data?.error;
      default:
        // @ts-expect-error other types promise no data
        return event.data.percent;
    }
  });
  onRuntimeEvents('s', (event) => {
    if (event.type === 'log') return event.data.message.length + (event.data.level ?? '').length;
    if (event.type === 'error') return event.data.error.length;
    return event.sessionId.length;
  });
  onEditorEvents({ fileId: 'f', userId: 'u' }, (event) => event.type === 'cursor' && event.data.position);
  // @ts-expect-error options are not a list
  onProjectEvents('u', () => undefined, ['p']);
}

export function subjects(): void {
  const literal: `slate.project.created.${string}` = NatsSubjects.project.created('u');
  const cursor: `slate.editor.cursor.${string}.${string}` = NatsSubjects.editor.cursor('u', 'f');
  const component: string = NatsSubjects.asset.component.added('a');
  // @ts-expect-error a cursor names a user and a file
  NatsSubjects.editor.cursor('u');
  // @ts-expect-error an id is a text
  NatsSubjects.project.created(5);
  console.log(literal, cursor, component);
}

export function cache(): void {
  connectCache({ userId: 'u', rules: { build: (event) => [...cacheRules.build(event), ['mine', event.projectId]] } });
  onInvalidate(CacheKeys.project('p'), (key) => key.join());
  onInvalidate((key) => key.join());
  // @ts-expect-error there is no such kind of event
  connectCache({ rules: { weather: () => [] } });
}
