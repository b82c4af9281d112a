import type { ActionCommand } from '../service/machineAction';
import { normalizedWord } from '../service/machineAction';
import { withoutNuls } from './output';

/** Whether a command is of a type, such as `GetFile`. */
export function isType(command: ActionCommand | undefined, type: string): boolean {
	return normalizedWord(command?.command?.type) === type.toLowerCase();
}

/** What a command was sent with, by the service's name of it. */
export function paramOf(command: ActionCommand | undefined, name: string): string | null {
	return command?.command?.params?.find(({ key }) => normalizedWord(key) === name.toLowerCase())?.value ?? null;
}

/** The script that the command was sent with. */
export function scriptNameOf(command: ActionCommand | undefined): string | null {
	const name = paramOf(command, 'ScriptName');
	return name && withoutNuls(name);
}

/** Whether two names of scripts name the same one: the library ignores case, and some systems write accents in another form. */
export function isSameScript(one: string, other: string): boolean {
	return normalizedWord(one).normalize() === normalizedWord(other).normalize();
}
