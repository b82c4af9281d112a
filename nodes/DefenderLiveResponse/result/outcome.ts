import type { ActionCommand, MachineAction } from '../service/machineAction';
import { hasEnded } from '../service/machineAction';
import { isTooDeep } from './output';

/** How a command ended, as far as is known. What is unknown is never `succeeded`. */
export type Outcome =
	| 'succeeded'
	| 'scriptFailed'
	| 'commandFailed'
	| 'actionFailed'
	| 'cancelled'
	| 'timedOut'
	| 'notExecuted'
	| 'noResult'
	| 'unreadable'
	| 'unverified'
	| 'pending';

/** The node's outputs when it routes by outcome, in their order. */
export const ROUTES = ['Succeeded', 'Failed', 'Not Finished'] as const;

/** Index of the output for an outcome. */
export function routeOf(outcome: Outcome): number {
	if (outcome === 'succeeded' || outcome === 'unverified') return 0;
	return outcome === 'pending' ? 2 : 1;
}

/** What an ended action's status says of a command that has no result. */
const BY_ACTION_STATUS: Record<string, Outcome> = {
	Cancelled: 'cancelled',
	TimeOut: 'timedOut',
	Failed: 'actionFailed',
};

/** The command's own errors, as text. */
export function errorsOf(command: ActionCommand | undefined): string[] {
	return (command?.errors ?? []).map((error) => {
		if (typeof error === 'string') return error;
		return isTooDeep(error) ? 'Nested too deep to be shown' : JSON.stringify(error);
	});
}

function hasFailed(command: ActionCommand): boolean {
	// Seen: a command that is `Completed` and has errors.
	return command.commandStatus === 'Failed' || command.errors.length > 0;
}

/** What the state of action and command say before any result was asked for. */
export type Verdict =
	/** Nothing to ask for. */
	| { outcome: Outcome; ask: false }
	/** Failed, but there may be a transcript that says more. */
	| { outcome: 'commandFailed'; ask: true }
	/** There should be a result, which decides. */
	| { outcome: undefined; ask: true };

/**
 * Judges a command by what the service says of it.
 *
 * @param command undefined when the action, although ended, lists no commands
 */
export function judgeCommand(action: MachineAction, command: ActionCommand | undefined): Verdict {
	if (!hasEnded(action)) return { outcome: 'pending', ask: false };
	const byAction = Object.hasOwn(BY_ACTION_STATUS, action.status) ? BY_ACTION_STATUS[action.status] : undefined;
	if (!command) return byAction ? { outcome: byAction, ask: false } : { outcome: undefined, ask: true };

	const hasResult = command.command?.type !== 'PutFile';
	if (hasFailed(command)) {
		return hasResult
			? { outcome: 'commandFailed', ask: true }
			: { outcome: 'commandFailed', ask: false };
	}
	if (command.commandStatus === 'Completed') {
		return hasResult ? { outcome: undefined, ask: true } : { outcome: 'succeeded', ask: false };
	}
	const stopped = action.commands.some((other) => other.index < command.index && hasFailed(other));
	if (stopped) return { outcome: 'notExecuted', ask: false };
	if (byAction) return { outcome: byAction, ask: false };
	// The action succeeded, so a state that nobody documented is no reason to leave the result alone.
	return hasResult ? { outcome: undefined, ask: true } : { outcome: 'noResult', ask: false };
}

/** Judges a script by its exit code; without one, nobody knows how it went. */
export function judgeExitCode(exitCode: number | null, successExitCodes: number[]): Outcome {
	if (exitCode === null) return 'unreadable';
	return successExitCodes.includes(exitCode) ? 'succeeded' : 'scriptFailed';
}
