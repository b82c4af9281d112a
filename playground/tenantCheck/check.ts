/* eslint-disable @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { findDevice, type OwnDevice } from './acting/device';
import { SEQUENCE } from './acting/sequence';
import { Undo } from './acting/undo';
import { unreachable } from './advice/network';
import { refusal } from './advice/refusal';
import { createAsker } from './asker';
import { Calls } from './calls';
import { CLAIMS } from './claims';
import type { Claim } from './claim';
import type { Clock } from './clock';
import type { Cloud } from './clouds';
import { CouldNotRun, NotAsked, Stopped } from './notAsked';
import type { Asker } from './observation';
import { actionsAllowed, libraryAllowed, machinesAllowed } from './observations/errors';
import { READ_ACTIONS } from './observations/entities';
import { Sensitive } from './sensitive';
import { signIn, signInFor, type Identity } from './signIn';
import { NoAnswer, type Wire } from './wire';

/** The result of a claim. */
export interface Result {
	claim: Claim;
	result: 'as expected' | 'differs' | 'not asked';
	/** What was seen, or why it was not asked. */
	found: string;
}
export interface Outcome {
	results: Result[];
	calls: number;
	polls: number;
	minutes: number;
	signIn: 'secret' | 'certificate';
	/** With `--run`. */
	osPlatform?: string;
	/** What was cleaned up, for people. */
	cleanedUp: string[];
}
export interface CheckInput {
	cloud: Cloud;
	identity: Identity;
	/** With `--run`: the device as it was named. */
	device?: string;
	/** Asked before anything is changed; false: nothing is. */
	agree(device: OwnDevice): Promise<boolean>;
	wire: Wire;
	clock: Clock;
	sensitive: Sensitive;
	signal?: AbortSignal;
	/** Calls made so far, and what is asked now. */
	progress(calls: number, what: string): void;
}

/** Bounds: without `--run` all of it, with `--run` what is added. */
export const READ_LIMITS = { calls: 60, ms: 10 * 60_000 };
export const RUN_LIMITS = { calls: 40, ms: 25 * 60_000 };
/** For what has to be taken away in the end. */
const UNDO_LIMITS = { calls: 10, ms: 2 * 60_000 };

/**
 * Asks the tenant and judges every claim.
 *
 * @throws CouldNotRun where nothing can be asked; Stopped after Ctrl-C. What was made is taken away before
 */
export async function check(input: CheckInput, cleanedUp: (lines: string[]) => void = () => undefined): Promise<Outcome> {
	const { cloud, identity, wire, clock, sensitive, signal } = input;
	const reachable = (whom: string) => (error: unknown) => {
		const code = error instanceof NoAnswer ? error.code : error instanceof NotAsked ? error.noAnswer : undefined;
		throw code === undefined ? error : unreachable(whom, code);
	};
	if (input.device !== undefined) sensitive.addAnswer(input.device);
	for (const value of [identity.tenantId, identity.clientId, identity.proof.kind === 'secret' ? identity.proof.secret : undefined])
		sensitive.addSecret(value);
	if (cloud.name === 'custom') for (const url of [cloud.api, cloud.login]) sensitive.addSecret(url.replace(/^https?:\/\//, ''));

	const calls: Calls = new Calls(wire, clock, sensitive, READ_LIMITS, signal, (what) => input.progress(calls.counted, what));
	const token = await signIn(calls, cloud, identity, sensitive, () => clock.now()).catch(reachable('Microsoft Entra'));
	const asker = createAsker({
		cloud,
		clientId: identity.clientId,
		tenantId: identity.tenantId,
		token,
		calls,
		sensitive,
		now: () => clock.now(),
		tell: (what) => input.progress(calls.counted, what),
		tokenFor: async (audience) =>
			(await signInFor(calls, { ...cloud, audience }, identity, sensitive, () => clock.now(), token.signing))?.text,
	});
	await mustAllowSomething(asker, reachable('Defender'));

	let cleaned: string[] = [];
	let osPlatform: string | undefined;
	if (input.device !== undefined) {
		const device = await findDevice(asker, input.device);
		if (!(await input.agree(device))) throw new CouldNotRun('Nothing was run', 'Answer yes to continue. Without --run nothing is changed.');
		if (signal?.aborted) throw new Stopped();
		osPlatform = device.osPlatform;
		const undo = new Undo();
		calls.extend(RUN_LIMITS.calls, RUN_LIMITS.ms);
		asker.own = { device, undo };
		try {
			for (const observation of SEQUENCE) await asker.see(observation).catch(passOn);
		} finally {
			// Not stopped by the Ctrl-C that may have led here.
			const last: Calls = new Calls(wire, clock, sensitive, UNDO_LIMITS, undefined, (what) => input.progress(calls.counted, what));
			cleaned = await undo.run(createAsker({ ...asker, calls: last, sensitive }));
			cleanedUp(cleaned);
		}
		calls.extend(READ_LIMITS.calls, READ_LIMITS.ms);
	}
	const results: Result[] = [];
	for (const claim of CLAIMS) results.push(await judge(claim, asker, sensitive));
	return {
		results,
		calls: calls.counted,
		polls: calls.polls,
		minutes: calls.elapsedMs / 60_000,
		signIn: token.by,
		osPlatform,
		cleanedUp: cleaned,
	};
}

/** A token without any permission of this API, or a host that is not this API, settles nothing. */
async function mustAllowSomething(asker: Asker, reachable: (error: unknown) => never): Promise<void> {
	const answers = [];
	for (const observation of [actionsAllowed, machinesAllowed, libraryAllowed]) {
		answers.push(await asker.see(observation).catch((error: unknown) => reachable(error)));
		const { status } = answers[answers.length - 1];
		if (status < 400 || status === 404) return;
	}
	throw new CouldNotRun(
		'Nothing can be asked with this app',
		`Machine actions: ${refusal(answers[0], READ_ACTIONS, asker.token.permissions)}`,
	);
}

/** A step that could not be asked is a claim's business; what ends the check goes on. */
function passOn(error: unknown): void {
	if (!(error instanceof NotAsked)) throw error;
}

async function judge(claim: Claim, asker: Asker, sensitive: Sensitive): Promise<Result> {
	try {
		const seen: unknown[] = [];
		for (const observation of claim.from) seen.push(await asker.see(observation));
		const { holds, found } = claim.judge(...seen);
		return { claim, result: holds ? 'as expected' : 'differs', found: sensitive.clean(found) };
	} catch (error) {
		if (!(error instanceof NotAsked)) throw error;
		return { claim, result: 'not asked', found: sensitive.clean(error.why) };
	}
}
