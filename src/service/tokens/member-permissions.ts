/**
 * What a server lets a member of verified rooms do, by role (V6): the lists for a JWT, for a user of a configuration,
 * or for an auth callout.
 */
import { INBOX } from '../../bus/inbox.js';
import { checkPattern } from '../../bus/subject.js';
import { OptionError } from '../../errors.js';
import { documentPermissions } from '../../protocol/document-subjects.js';
import { idToken, isReserved, type Permissions, roomPermissions } from '../../protocol/subjects.js';

/** V6: from one that may do everything to one that is not seen. */
export const ROLES = ['writer', 'commenter', 'viewer', 'ghost'] as const;
export type Role = (typeof ROLES)[number];

/** As in `slate.collab.presence`: what comes before the project. */
const KIND_TOKENS = 3;

export interface MemberOptions {
  /** The one project of the member, or all of them: give one of the two. Ids as `joinRoom` takes them. */
  readonly project?: string | undefined;
  readonly projects?: readonly string[] | undefined;
  /** The id of the user, as others see it in the room. */
  readonly user: string;
  readonly role: Role;
  /**
   * Subjects of the app's own, such as `slate.project.updated.p1` to subscribe to. They may not reach rooms, documents,
   * answers or what belongs to the server.
   */
  readonly also?: Partial<Permissions> | undefined;
}

/** The lists as nats-server takes them. A queue group stands behind its subject and a blank. */
export interface MemberPermissions {
  readonly publish: { readonly allow: string[] };
  /** `deny` keeps the member out of all queue groups but those that its role allows. */
  readonly subscribe: { readonly allow: string[]; readonly deny: string[] };
}

/**
 * What a member may do in its projects: see others, and by role be seen, point, and write documents. Throws {@link
 * OptionError} for a role that does not exist, for no project, and for a subject in `also` that is none of the app's;
 * {@link InvalidIdError} for an id that is empty or cannot be a token.
 */
export function memberPermissions(options: MemberOptions): MemberPermissions {
  const { user, role, also = {} } = options;
  if (!ROLES.includes(role)) throw new OptionError('role', `must be one of ${ROLES.join(', ')}`);
  const projects = projectsOf(options);
  const parts = projects.flatMap((project) => partsOf(project, user, role));
  const inbox = { publish: [], subscribe: [`${INBOX}.${idToken('user', user)}.>`] };
  const all = [...parts, inbox, { publish: own('publish', also.publish), subscribe: own('subscribe', also.subscribe) }];
  const allow = unique(all.flatMap(({ subscribe }) => subscribe));
  return {
    publish: { allow: unique(all.flatMap(({ publish }) => publish)) },
    subscribe: { allow, deny: groupsOf(allow, projects) },
  };
}

/** Every queue group on the plain subjects of a list; of any project, because JWTs should be short. */
function groupsOf(allow: readonly string[], projects: readonly string[]): string[] {
  const names = new Set(projects.map((project) => idToken('project', project)));
  const plain = allow
    .filter((pattern) => !pattern.includes(' '))
    .map((pattern) => {
      const tokens = pattern.split('.');
      const at = tokens.findIndex((token, index) => index >= KIND_TOKENS && names.has(token));
      return at < 0 ? pattern : [...tokens.slice(0, at), '>'].join('.');
    });
  return unique(plain).map((pattern) => `${pattern} >`);
}

/** The projects of the options, without repetitions. Throws {@link OptionError}. */
export function projectsOf({ project, projects }: Pick<MemberOptions, 'project' | 'projects'>): string[] {
  if (project !== undefined && projects !== undefined) {
    throw new OptionError('project', 'cannot be combined with "projects"');
  }
  const list = project === undefined ? projects : [project];
  if (!Array.isArray(list) || list.length === 0) {
    throw new OptionError('projects', 'must name at least one project; one alone goes into "project"');
  }
  return unique(list);
}

function partsOf(project: string, user: string, role: Role): Permissions[] {
  const { see, appear, point } = roomPermissions(project, user);
  const { read, write } = documentPermissions(project, user);
  const parts = { ghost: [], viewer: [appear], commenter: [appear, point], writer: [appear, point, write] };
  return [see, read, ...parts[role]];
}

function own(what: 'publish' | 'subscribe', subjects: readonly string[] = []): readonly string[] {
  if (!Array.isArray(subjects)) throw new OptionError(`also.${what}`, 'must be a list of subjects');
  for (const subject of subjects) {
    checkPattern(subject);
    if (isReserved(subject)) {
      throw new OptionError(`also.${what}`, `has "${subject}", which reaches rooms, answers or the server's subjects`);
    }
  }
  return subjects;
}

const unique = (list: readonly string[]) => [...new Set(list)];
