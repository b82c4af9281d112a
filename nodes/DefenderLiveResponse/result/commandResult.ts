import { DownloadFailed, requestLink } from '../download/download';
import { DefenderError } from '../service/errors';
import { LABELS } from '../service/labels';
import type { ActionCommand, MachineAction } from '../service/machineAction';
import { endedAt } from '../service/machineAction';
import type { Session } from '../service/session';
import { isSameScript, isType, scriptNameOf } from './commandParams';
import { commandAt, whyUnclear } from './commandState';
import type { Fetched, Fetching } from './fetching';
import { fetchFile } from './fileResult';
import type { CommandResult } from './item';
import type { Verdict } from './outcome';
import { judgeCommand, routeOf, whyPending } from './outcome';
import type { ResultSettings } from './options';
import { fetchTranscript } from './transcriptResult';
import { retryDamaged } from './retryDamaged';

const SCRIPT_ADVICE = `Check the machine action ID and the command index, or '${LABELS.expectedScriptName}' in the options.`;

/** Refuses the result of another script than expected, and a result whose script is unknown. */
function refuseOtherScript(expected: string, name: string | null): void {
	if (expected === '' || (name !== null && isSameScript(name, expected))) return;
	const what =
		name === null
			? `It is not known whether the result is of the script "${expected}"`
			: `The result is of the script "${name}", not of "${expected}"`;
	throw new DefenderError(what, SCRIPT_ADVICE);
}

/** The same before anything is asked for, as far as the command says what it is. */
function refuseOtherCommand(expected: string, command: ActionCommand | undefined): void {
	const type = command?.command?.type;
	if (expected !== '' && type && !isType(command, 'RunScript')) {
		throw new DefenderError(`The command is ${type}, and does not run the script "${expected}"`, SCRIPT_ADVICE);
	}
	const name = scriptNameOf(command);
	if (name !== null) refuseOtherScript(expected, name);
}

/** Downloads what there is of a command; the outcome and `errors` say what went wrong. */
async function fetchByType(fetching: Fetching, verdict: Verdict, ended: number | undefined): Promise<Fetched> {
	const { session, settings, address, command } = fetching;
	const fetch = async (): Promise<Fetched> => {
		const link = await requestLink(session, address, ended);
		if (!settings.followLink) return { outcome: 'unverified', errors: [], warnings: [], link };
		const fetchResult = isType(command, 'GetFile') ? fetchFile : fetchTranscript;
		return await retryDamaged(session, async () => await fetchResult(fetching, link));
	};
	return await fetch().catch((error: unknown): Fetched => {
		// What is known of a command that failed is not given up for the transcript, which only says more.
		if (verdict.outcome && error instanceof DefenderError) {
			return { outcome: verdict.outcome, errors: [error.fullText], warnings: [] };
		}
		if (!(error instanceof DownloadFailed)) throw error;
		if (error.reason === 'noResult') return { outcome: 'noResult', errors: [], warnings: [error.message] };
		return { outcome: 'unreadable', errors: [error.message], warnings: [] };
	});
}

/** Whether it leaves by the output of successes. */
const isSuccess = ({ outcome }: Pick<Fetched, 'outcome'>) => routeOf(outcome) === 0;

/** A result as it is where something speaks against its success. */
function withDoubt<Result extends Pick<Fetched, 'outcome' | 'errors'>>(result: Result, doubt: string | undefined): Result {
	if (doubt === undefined) return result;
	return { ...result, outcome: isSuccess(result) ? 'unreadable' : result.outcome, errors: [...result.errors, doubt] };
}

/** What is fetched for a command, in the light of what the service says of the command. */
function withVerdict(verdict: Verdict & { ask: true }, fetched: Fetched): Fetched {
	if (verdict.outcome) return { ...fetched, outcome: verdict.outcome };
	return isSuccess(fetched) ? withDoubt(fetched, verdict.doubt) : fetched;
}

/**
 * The result of one command of an action: judged, and its file or transcript fetched where there is one.
 *
 * @returns never a failed download as an exception: the outcome and `errors` describe it
 * @throws DefenderError when the API refuses, or when the result is of another script than expected; Cancelled
 */
export async function fetchCommandResult(
	session: Session,
	action: MachineAction,
	index: number,
	settings: ResultSettings,
	store: Fetching['store'],
): Promise<CommandResult> {
	const command = commandAt(action, index);
	const known = { machineActionId: action.id, commandIndex: index, action, command };
	const { expectedScriptName } = settings;
	refuseOtherCommand(expectedScriptName, command);
	const verdict = judgeCommand(action, command);
	const unclear = whyUnclear(action, index);
	if (!verdict.ask) {
		if (verdict.outcome === 'pending') return { ...known, outcome: 'pending', errors: [whyPending(action, session)], warnings: [] };
		return { ...known, ...withDoubt({ outcome: verdict.outcome, errors: [], warnings: [] }, unclear) };
	}

	const fetching = { session, settings, store, command, address: { machineActionId: action.id, index } };
	// A command that failed may never have a result.
	const fetched = await fetchByType(fetching, verdict, verdict.outcome ? undefined : endedAt(action));
	refuseOtherScript(expectedScriptName, fetched.transcript?.script_name || scriptNameOf(command));
	return { ...known, ...withDoubt(withVerdict(verdict, fetched), unclear) };
}
