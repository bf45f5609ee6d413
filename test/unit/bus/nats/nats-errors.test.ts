import { errors } from '@nats-io/nats-core';
import { ErrorCode, NatsError } from 'nats.ws';
import { describe, expect, it } from 'vitest';
import { natsError } from '../../../../src/bus/nats/nats-errors.js';
import {
  AuthenticationError,
  ConnectionClosedError,
  PermissionError,
  ServerError,
  ServerUnreachableError,
} from '../../../../src/errors.js';

const servers = ['ws://a'];

describe('errors of the NATS clients', () => {
  const context = { operation: 'subscription', subject: 'a.b', queue: 'q' };
  it.each<[string, unknown, abstract new (...args: never[]) => Error, object]>([
    [
      'a refused password (nats.ws)',
      new NatsError("'Authorization Violation'", ErrorCode.AuthorizationViolation),
      AuthenticationError,
      { reason: 'authorization violation', servers },
    ],
    [
      'a refused password (nats-core)',
      new errors.AuthorizationError("'Authorization Violation'"),
      AuthenticationError,
      { reason: 'authorization violation' },
    ],
    [
      'an expired token (status of nats.ws)',
      { type: 'error', data: 'AUTHENTICATION_EXPIRED' },
      AuthenticationError,
      { reason: 'authentication expired' },
    ],
    [
      'an expired token (nats-core)',
      new errors.UserAuthenticationExpiredError('User Authentication Expired'),
      AuthenticationError,
      { reason: 'user authentication expired' },
    ],
    [
      'a forbidden publish (status of nats.ws)',
      { type: 'error', data: 'PERMISSIONS_VIOLATION', permissionContext: { operation: 'publish', subject: 'a.b' } },
      PermissionError,
      { operation: 'publish', subject: 'a.b' },
    ],
    [
      'a forbidden subscription (nats.ws)',
      Object.assign(new NatsError('x', ErrorCode.PermissionsViolation), { permissionContext: context }),
      PermissionError,
      { operation: 'subscribe', subject: 'a.b' },
    ],
    [
      'a forbidden subscription (nats-core)',
      new errors.PermissionViolationError('x', 'subscription', 'a.b'),
      PermissionError,
      { operation: 'subscribe', subject: 'a.b' },
    ],
    [
      'a slow handshake, which says nothing about the credentials (nats.ws)',
      new NatsError("'Authentication Timeout'", ErrorCode.AuthenticationTimeout),
      ServerError,
      { reason: 'authentication timeout' },
    ],
    [
      'a slow handshake (nats-core)',
      new errors.AuthorizationError("'Authentication Timeout'"),
      ServerError,
      { reason: 'authentication timeout' },
    ],
    [
      'any other error of the server (nats.ws)',
      new NatsError("'maximum connections exceeded'", ErrorCode.ProtocolError),
      ServerError,
      { reason: 'maximum connections exceeded' },
    ],
    ['any other error of the server (nats-core)', new errors.ProtocolError('Stale Connection'), ServerError, {}],
    ['a time-out', new NatsError('TIMEOUT', ErrorCode.Timeout), ServerUnreachableError, { servers }],
    ['a socket that failed', new Error('ECONNREFUSED'), ServerUnreachableError, { servers }],
    ['no fault', undefined, ServerUnreachableError, {}],
  ])('%s', (_, fault, type, fields) => {
    const error = natsError(fault, servers);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject(fields);
    expect(error.cause).toBe(fault);
  });

  it('are passed on unchanged when they are errors of Slate', () => {
    const own = new ConnectionClosedError();
    expect(natsError(own, servers)).toBe(own);
  });
});
