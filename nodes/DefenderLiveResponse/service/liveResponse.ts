import type { IDataObject } from 'n8n-workflow';
import { CALLS } from './calls';
import { pause } from './clock';
import { DefenderError } from './errors';
import { aboutBlocker, BUSY, DeviceBusy, deviceBusy } from './deviceBusy';
import type { ActionCommand, MachineAction } from './machineAction';
import { readMachineAction, subjectOf } from './machineAction';
import { actionPath, LIVE_RESPONSES, listMachineActions } from './machineActions';
import { literal } from './odata';
import type { Reading } from './request';
import { callApi } from './request';
import { mayHaveArrived } from './retry';
import type { Session } from './session';

/** A command as the service takes it. */
export interface LiveResponseCommand {
	type: string;
	params: Array<{ key: string; value: string }>;
}

export interface LiveResponseRequest {
	machineId: string;
	commands: LiveResponseCommand[];
	comment: string;
}

/** Method, path below `/api` and body of a run, as it is sent and as a dry run shows it. */
export function runRequest({ machineId, commands, comment }: LiveResponseRequest) {
	return {
		method: 'POST' as const,
		path: `/machines/${encodeURIComponent(machineId)}/runliveresponse`,
		// The service tells the keys' case apart.
		body: { Commands: commands, Comment: comment } as unknown as IDataObject,
	};
}

/**
 * When to look for an action whose answer was lost, in ms after each other: the service shows a new action with a
 * delay, for which other clients allow two minutes.
 */
const LOOK_FOR_LOST_MS = [2_000, 5_000, 15_000, 35_000, 63_000];

/** The service tells its time in whole seconds; an action older than this before the request is another one. */
const CLOCK_DIFFERENCE_MS = 2_000;

/** Whether an action is what a request asked for: the same device, comment, and commands in the same order. */
export function isAnswerTo(action: MachineAction, request: LiveResponseRequest): boolean {
	const asked = request.commands.map(({ type, params }) => [type, params]);
	const got = action.commands.map(({ command }) => [
		command?.type,
		command?.params.map(({ key, value }) => ({ key, value: value ?? '' })),
	]);
	return (
		action.machineId?.toLowerCase() === request.machineId.toLowerCase() &&
		action.requestorComment === request.comment &&
		JSON.stringify(asked) === JSON.stringify(got)
	);
}

/** What commands are about, to be compared. */
function subjectsOf(commands: Array<LiveResponseCommand | ActionCommand['command']>): string {
	return JSON.stringify(
		commands.map((command) => [command?.type, subjectOf(command)]),
	);
}

/** Whether an action was there before a request was sent, by the service's clock; one that does not tell counts as older. */
function isOlder(session: Session, action: MachineAction, sentAt: number): boolean {
	const earliest = sentAt + (session.serviceClock.aheadMs ?? 0) - CLOCK_DIFFERENCE_MS;
	return !(Date.parse(action.creationDateTimeUtc ?? '') >= earliest);
}

/**
 * Whether an action that was there before is about something else than a request: the service has been seen to
 * answer with the action that somebody else started. What the answer leaves out speaks for it.
 */
function isAnothers(action: MachineAction, { commands, comment }: LiveResponseRequest): boolean {
	const otherComment = typeof action.requestorComment === 'string' && action.requestorComment !== comment;
	const got = action.commands.map(({ command }) => command);
	return otherComment || (got.length > 0 && subjectsOf(got) !== subjectsOf(commands));
}

/** Nobody can say whether the service took a run, so it must not be sent again. */
export class LostRun extends DefenderError {
	constructor(why?: string) {
		super(
			'The answer to the run request was lost, so it is not known whether the device runs the commands',
			`Look at the device's Action Center, or at Machine Action > Get Many, before you run them again.${why ? ` ${why}` : ''}`,
			undefined,
			'',
			'maybe',
			'answerLost',
		);
	}
}

/** What became of a run that was sent. */
export interface SentRun {
	action: MachineAction;
	/**
	 * Whether the action was there before, so that it may be that of an earlier run which asked for the same: it is
	 * waited for, and never cancelled.
	 */
	adopted: boolean;
}

/** What is known of a run whose answer was lost. */
export interface LostRequest {
	request: LiveResponseRequest;
	/** When it was sent, in ms. */
	sentAt: number;
	/** Whether an action is known to belong to another run. */
	isTaken(id: string): boolean;
}

/**
 * Looks for the action that a run became whose answer was lost.
 *
 * @throws LostRun when there is none to be seen; Cancelled
 */
export async function findLostRun(
	session: Session,
	{ request, sentAt, isTaken }: LostRequest,
): Promise<SentRun> {
	const filter = `machineId eq ${literal(request.machineId)} and ${LIVE_RESPONSES}`;
	for (const delay of LOOK_FOR_LOST_MS) {
		await pause(session.clock, delay, session.signal);
		const actions = await listMachineActions(session, filter, 100).catch((error: unknown) => {
			if (error instanceof DefenderError) throw new LostRun(error.inFull);
			throw error;
		});
		const ours = actions.find(
			(action) => isAnswerTo(action, request) && !isOlder(session, action, sentAt) && !isTaken(action.id),
		);
		if (ours) return { action: ours, adopted: false };
	}
	throw new LostRun();
}

/**
 * Sends commands to a device, once: where the answer is lost, the action is looked for rather than sent again.
 * Source: `POST /api/machines/{id}/runliveresponse`.
 *
 * @param isTaken whether an action is known to belong to another run
 * @returns the machine action that the service answered with
 * @throws DefenderError when the service refuses, DeviceBusy above all; LostRun when nobody can say whether it took
 * the request; Cancelled
 */
export async function runLiveResponse(
	session: Session,
	request: LiveResponseRequest,
	isTaken: (id: string) => boolean,
): Promise<SentRun> {
	const sentAt = session.clock.now();
	const call = { kind: CALLS.run, ...runRequest(request) };
	const answer = await callApi(session, call).catch(async (error: unknown) => {
		if (!(error instanceof DefenderError)) throw error;
		if (error.code === BUSY) return await deviceBusy(session, request.machineId, error);
		if (!error.failure || !mayHaveArrived(error.failure)) throw error;
		return undefined;
	});
	if (answer instanceof DeviceBusy) throw answer;
	const answered = readMachineAction(answer);
	if (!answered) return await findLostRun(session, { request, sentAt, isTaken });
	const adopted = isOlder(session, answered, sentAt);
	if (adopted && isAnothers(answered, request)) {
		throw new DeviceBusy(answered.id, `${aboutBlocker(answered)} Defender answered with it and did not take these commands.`);
	}
	return { action: answered, adopted };
}

const RESULT_LINK: Reading<string> = {
	expected: 'result link',
	read(body) {
		const value = (body as { value?: unknown } | null)?.value;
		// A sibling function has been seen to wrap its link in quotes once more.
		return typeof value === 'string' && value !== '' ? value.replace(/^"(.*)"$/s, '$1') : undefined;
	},
};

/**
 * A link to the result of one command. It opens the result to whoever holds it, for 30 minutes.
 * Source: `GET /api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={index})`.
 *
 * @returns the link as the service wrote it; undefined when there is no result (yet)
 * @throws DefenderError, Cancelled
 */
export async function getResultLink(
	session: Session,
	machineActionId: string,
	index: number,
): Promise<string | undefined> {
	const path = `${actionPath(machineActionId)}/GetLiveResponseResultDownloadLink(index=${index})`;
	return await callApi(session, { kind: CALLS.resultLink, method: 'GET', path }, RESULT_LINK).catch((error: unknown) => {
		// Both have been seen where the result is not there yet, or never will be.
		if (error instanceof DefenderError && (error.status === 404 || error.status === 400)) return undefined;
		throw error;
	});
}
