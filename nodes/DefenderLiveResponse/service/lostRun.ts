import type { ActionRequest, LiveResponseRequest } from './actionRequest';
import { isRun } from './actionRequest';
import { pause } from './clock';
import { DefenderError, refusal } from './errors';
import type { MachineAction } from './machineAction';
import { LIVE_RESPONSES, listMachineActions } from './machineActions';
import { literal } from './odata';
import { isTransient } from './retry';
import type { RunIdentity, Ownership } from './runIdentity';
import { ownershipOf } from './runIdentity';
import type { Session } from './session';

/**
 * When to look for an action whose answer was lost, in ms after each other: the service shows a new action with a
 * delay, for which other clients allow two minutes.
 */
const LOST_RUN_DELAYS_MS = [2_000, 5_000, 15_000, 35_000, 63_000];

/** The number of newest actions of a type on a device that are checked. */
const MAX_CHECKED = 100;

/** It is unknown whether the service accepted a request, so it must not be sent again. */
export class LostRun extends DefenderError {
	constructor(request: ActionRequest, why?: string) {
		const [happened, again] = isRun(request)
			? ['The answer to the run request was lost, so it is not known whether the device runs the commands', 'you run them again']
			: [`The answer was lost when Defender was asked to ${request.kind.purpose}, so it is not known whether it does`, 'you ask again'];
		super(happened, `Check the device in the Action Center, or with Machine Action > Get Many, before ${again}.${why ? ` ${why}` : ''}`, {
			sent: 'maybe',
			reason: 'answerLost',
		});
	}
}

/** A request that is sent, and what only its sender knows of it. */
export interface Run<Request extends ActionRequest = LiveResponseRequest> extends RunIdentity<Request> {
	/** Whether another item has an action. */
	isTaken(id: string): boolean;
	/** Assigns an action to this run permanently. */
	take(id: string): void;
}

/** The result of a request. */
export interface SentRun<Request extends ActionRequest = LiveResponseRequest> {
	action: MachineAction;
	/** What tells the action from others: nothing else is ever cancelled. */
	identity: RunIdentity<Request>;
}

/** Decides whose an action is, with what is known at the moment. */
export function judgeOwnership(session: Session, run: Run<ActionRequest>, action: MachineAction): Ownership {
	return ownershipOf(action, run, run.isTaken(action.id), session.serviceClock.aheadMs);
}

/** Assigns an action to a run. No other item can take it in between. */
export function adopt<Request extends ActionRequest>(run: Run<Request>, action: MachineAction): SentRun<Request> {
	run.take(action.id);
	const { request, tries, executionId } = run;
	return { action, identity: { request, tries, executionId } };
}

/** By how much an action may seem to be older than the first try of its request, in ms: clocks differ. */
const MAX_OLDER_MS = 5 * 60_000;

/** Whether an action was made before anything was asked for, by both clocks: by an earlier node or run of the same execution. */
function predatesRun({ creationDateTimeUtc }: MachineAction, firstTry: number | undefined, { serviceClock }: Session): boolean {
	if (firstTry === undefined) return false;
	return Date.parse(creationDateTimeUtc ?? '') < firstTry + Math.min(0, serviceClock.aheadMs ?? 0) - MAX_OLDER_MS;
}

/**
 * The action among several that is certainly a run's; of several such the one made nearest to its last try, or where
 * another process sent it, the first.
 *
 * @param firstTry when its first try left, in ms of our clock; undefined where another process sent it
 */
export function findOwnAction(
	session: Session,
	run: Run<ActionRequest>,
	actions: MachineAction[],
	firstTry = run.tries.at(0),
): MachineAction | undefined {
	const sentAt = (run.tries.at(-1) ?? 0) + (session.serviceClock.aheadMs ?? 0);
	const distance = ({ creationDateTimeUtc }: MachineAction) => {
		const made = Date.parse(creationDateTimeUtc ?? '');
		return Number.isNaN(made) ? Infinity : Math.abs(made - sentAt);
	};
	const isKeyed = isRun(run.request) && run.request.runKey !== undefined;
	const ours = actions.filter((action) => {
		const ownership = judgeOwnership(session, run, action);
		return ownership.kind === 'own' && ownership.proven && (isKeyed || !predatesRun(action, firstTry, session));
	});
	return ours.sort((a, b) => distance(a) - distance(b))[0];
}

/** The actions of a request's device that are of its type, newest first. */
export async function listDeviceActions(session: Session, request: ActionRequest): Promise<MachineAction[]> {
	const ofType = isRun(request) ? LIVE_RESPONSES : `type eq ${literal(request.kind.responseAction.type)}`;
	return await listMachineActions(session, `machineId eq ${literal(request.machineId)} and ${ofType}`, MAX_CHECKED);
}

/**
 * Looks for the action that a run became whose answer was lost.
 *
 * @param why what is known of how it was lost, for the user
 * @throws LostRun when none is visible; Cancelled
 */
export async function findLostRun<Request extends ActionRequest>(
	session: Session,
	run: Run<Request>,
	why?: string,
): Promise<SentRun<Request>> {
	let listError: DefenderError | undefined;
	for (const delay of LOST_RUN_DELAYS_MS) {
		if (delay > session.deadline.leftMs()) break;
		await pause(session.clock, delay, session.signal);
		const actions = await listDeviceActions(session, run.request).catch(refusal);
		listError = actions instanceof DefenderError ? actions : undefined;
		if (!(actions instanceof DefenderError)) {
			const ours = findOwnAction(session, run, actions);
			if (ours) return adopt(run, ours);
		} else if (!actions.failure || !isTransient(actions.failure)) break;
	}
	throw new LostRun(run.request, [why, listError?.fullText].filter(Boolean).join(' '));
}
