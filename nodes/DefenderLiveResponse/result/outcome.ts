import { ago } from '../service/ago';
import type { ActionCommand, EndedStatus, MachineAction } from '../service/machineAction';
import { endedStatus, normalizedWord } from '../service/machineAction';
import type { Session } from '../service/session';
import { serviceNow } from '../service/session';
import { isType } from './commandParams';
import { hasFailed, isSkipped, stateOf } from './commandState';

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
	| 'pending'
	| 'notSent'
	| 'refused';

/** The node's outputs when it routes by outcome, in their order. */
export const ROUTES = ['Succeeded', 'Failed', 'Not Finished'] as const;

/** Index of the output for an outcome. */
export function routeOf(outcome: Outcome): number {
	if (outcome === 'succeeded' || outcome === 'unverified') return 0;
	return outcome === 'pending' || outcome === 'notSent' ? 2 : 1;
}

/** What an ended action's status says of a command that has no result. */
export const BY_ACTION_STATUS: Partial<Record<EndedStatus, Outcome>> = {
	Cancelled: 'cancelled',
	TimeOut: 'timedOut',
	Failed: 'actionFailed',
};

/** What the state of action and command say before any result was asked for. */
export type Verdict =
	/** Nothing to ask for. */
	| { outcome: Outcome; ask: false }
	/** Failed, but there may be a transcript that says more. */
	| { outcome: 'commandFailed'; ask: true }
	/** There should be a result, which decides; `doubt` is why it cannot be taken for a success. */
	| { outcome: undefined; ask: true; doubt?: string };

/**
 * Judges a command by what the service says of it.
 *
 * @param command undefined when the action, although ended, lists no commands
 */
export function judgeCommand(action: MachineAction, command: ActionCommand | undefined): Verdict {
	const ended = endedStatus(action);
	if (!ended) return { outcome: 'pending', ask: false };
	const byAction = BY_ACTION_STATUS[ended];
	if (!command) return byAction ? { outcome: byAction, ask: false } : { outcome: undefined, ask: true };

	const hasResult = !isType(command, 'PutFile');
	if (hasFailed(command)) return { outcome: 'commandFailed', ask: hasResult };
	const state = stateOf(command);
	if (state === 'done') return hasResult ? { outcome: undefined, ask: true } : { outcome: 'succeeded', ask: false };
	if (isSkipped(action, command)) return { outcome: 'notExecuted', ask: false };
	if (byAction) return { outcome: byAction, ask: false };
	if (!hasResult) return { outcome: 'noResult', ask: false };
	// The action succeeded: there may be a result, but it is not a success as long as the service says something else.
	return state === 'unsaid'
		? { outcome: undefined, ask: true }
		: { outcome: undefined, ask: true, doubt: `Defender says that the command is "${command.commandStatus}"` };
}

/** Judges a script by its exit code; without one, the outcome is unknown. */
export function judgeExitCode(exitCode: number | null, successExitCodes: number[]): Outcome {
	if (exitCode === null) return 'unreadable';
	return successExitCodes.includes(exitCode) ? 'succeeded' : 'scriptFailed';
}

/** Why an action has no result yet, as far as its own record says. */
export function whyPending({ status, creationDateTimeUtc }: MachineAction, session: Session): string {
	const sent = ago(creationDateTimeUtc ?? '', serviceNow(session));
	const since = sent && `, sent ${sent}`;
	const word = normalizedWord(status);
	if (word === 'pending') return `The device has not started it (Pending${since}). It may be offline`;
	if (word === 'inprogress') return `The device is still running it (InProgress${since})`;
	return `Defender gives its status as "${status}"${since}`;
}
