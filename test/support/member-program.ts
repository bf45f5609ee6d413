/**
 * A member of a room as a process: `member-program <servers> <user> <pass> <project> <name>`. It prints its client id
 * when it has joined, and stays until it is killed.
 */
import { connect } from '../../src/bus/nats/connect.js';
import { joinRoom } from '../../src/room/join.js';

const [servers = '', user = '', pass = '', project = '', name = ''] = process.argv.slice(2);
const bus = await connect({ servers, user, pass });
const room = await joinRoom(bus, { project, user: { id: name, name } });
process.stdout.write(`${room.awareness.clientID}\n`);
