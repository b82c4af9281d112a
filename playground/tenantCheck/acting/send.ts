/* eslint-disable @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { refusal } from '../advice/refusal';
import type { Answer } from '../calls';
import { NotAsked } from '../notAsked';
import type { Asker } from '../observation';
import { RUN, isEntity, textOf, type Entity } from '../observations/entities';
import { NoAnswer } from '../wire';
import { ownOf } from './library';

export interface Command {
	type: 'PutFile' | 'RunScript' | 'GetFile';
	params: Array<{ key: string; value: string }>;
}
/** A live response that the service accepted. */
export interface Sent {
	answer: Answer;
	entity: Entity;
	id: string;
	comment: string;
	commands: Command[];
}

export const putFile = (name: string): Command => ({ type: 'PutFile', params: [{ key: 'FileName', value: name }] });
export const getFile = (path: string): Command => ({ type: 'GetFile', params: [{ key: 'Path', value: path }] });
export const runScript = (name: string, args: string): Command => ({
	type: 'RunScript',
	params: [
		{ key: 'ScriptName', value: name },
		{ key: 'Args', value: args },
	],
});

/** Sends commands to the device: once, whatever the answer. */
export async function post(asker: Asker, commands: Command[], comment: string, what: string): Promise<Answer> {
	const { device, undo } = ownOf(asker);
	try {
		return await asker.api('POST', `/machines/${device.id}/runliveresponse`, what, { body: { Commands: commands, Comment: comment } });
	} catch (error) {
		if (error instanceof NoAnswer) undo.setLost();
		throw error;
	}
}

/** Sends commands, and reads the answer. */
export async function send(asker: Asker, commands: Command[], comment: string, what: string): Promise<Sent> {
	return accepted(asker, await post(asker, commands, comment, what), commands, comment);
}

/** @throws NotAsked where the service has refused, or has answered with an action that is not ours */
export function accepted(asker: Asker, answer: Answer, commands: Command[], comment: string): Sent {
	const { undo } = ownOf(asker);
	const entity = isEntity(answer.json) ? answer.json : {};
	const id = textOf(entity, 'id');
	if (answer.status >= 300) throw new NotAsked(`the live response was ${refusal(answer, RUN, asker.token.permissions)}`);
	if (id === undefined || !/^[\w-]{1,64}$/.test(id)) throw new NotAsked('the run was answered without the id of an action');
	// Another's action is not cancelled.
	if (textOf(entity, 'requestorComment') !== comment) throw new NotAsked("the run was answered with another one's action");
	undo.addAction(id);
	return { answer, entity, id, comment, commands };
}
