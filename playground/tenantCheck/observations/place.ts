import type { Answer } from '../calls';
import type { Asker } from '../observation';
import { READ_ACTIONS, isEntity, mustSpeak, textOf, type Entity } from './entities';

/** A command of a machine action. */
export interface Place {
	id: string;
	index: number;
	/** Whether it ran a PowerShell script, which is to say on Windows. */
	powerShell: boolean;
	createdAt: number;
}
/** An answer to the link function. */
export interface LinkAnswer {
	answer: Answer;
	/** As the service wrote it; undefined where there is none. */
	link?: string;
	place: Place;
}

export function readLink(answer: Answer): string | undefined {
	return isEntity(answer.json) ? textOf(answer.json, 'value') : undefined;
}

export async function askLink(asker: Asker, place: Place, what: string, poll = false): Promise<LinkAnswer> {
	const path = `/machineactions/${place.id}/GetLiveResponseResultDownloadLink(index=${place.index})`;
	const answer = mustSpeak(await asker.api('GET', path, what, { poll }), READ_ACTIONS, asker);
	return { answer, link: readLink(answer), place };
}

export function commandsOf(action: Entity): Entity[] {
	return Array.isArray(action.commands) ? action.commands.filter(isEntity) : [];
}

export function typeOf(command: Entity): string | undefined {
	return isEntity(command.command) ? textOf(command.command, 'type') : undefined;
}

export function errorsOf(command: Entity): unknown[] {
	return Array.isArray(command.errors) ? command.errors : [];
}
