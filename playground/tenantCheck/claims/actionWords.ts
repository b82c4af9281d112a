import type { Entity } from '../observations/entities';
import { commandsOf } from '../observations/place';
import { words } from '../say';

export const STATUS_WORDS = ['Pending', 'InProgress', 'Succeeded', 'Failed', 'TimeOut', 'Cancelled'];
export const COMMAND_WORDS = ['Created', 'Submitted', 'PendingResource', 'Executing', 'Completed', 'Failed'];

/** The state of an action, then of each of its commands. */
export function states(action: Entity): string {
	const [ofAction, ...ofCommands] = [action.status, ...commandsOf(action).map(({ commandStatus }) => commandStatus)].map(String);
	return `${words([ofAction], STATUS_WORDS)}: ${ofCommands.map((word) => words([word], COMMAND_WORDS)).join(', ')}`;
}
