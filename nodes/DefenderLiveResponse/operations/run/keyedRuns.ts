import { hasStarted } from '../../result/commandState';
import { MAX_SLEEP_MS, pause } from '../../service/clock';
import { DefenderError } from '../../service/errors';
import { getOrCreate } from '../../service/getOrCreate';
import { LABELS } from '../../service/labels';
import type { LiveResponseRequest } from '../../service/actionRequest';
import type { SentRun } from '../../service/lostRun';
import type { MachineAction } from '../../service/machineAction';
import { actionKey, hasEnded, readMachineAction, subjectOf } from '../../service/machineAction';
import { differenceOf, ownershipOf } from '../../service/runIdentity';
import { hasRunKey } from '../../service/runKey';
import type { ItemSession, Session } from '../../service/session';
import { earlierNow } from '../../service/session';
import { SharedCall } from '../../service/sharedCall';
import { MINUTE_MS } from '../../service/time';
import type { Keyed, KeyedList } from './keyedList';
import { listKeyed, listRecentKeyed } from './keyedList';
import { keyedMemory } from './keyedMemory';
import { NotSent } from './notSent';

/** Where a key was used so shortly before, in ms, the list may not show everything that has it. */
const RECENT_MS = 5 * MINUTE_MS;

/** After so long a list shows what was sent, in ms. */
const SECOND_LIST_DELAY_MS = 2 * MINUTE_MS;

/** How old a list may be when a run is sent, in ms: others may have used the key meanwhile. */
const MAX_LIST_AGE_MS = 2 * MINUTE_MS;

/** Scripts and files named in a text. */
const MAX_QUOTED = 200;

function subjectsOf(commands: Array<{ params: Array<{ key: string; value?: string | null }> } | null | undefined>): string {
	const subjects = commands.map(subjectOf).filter(Boolean).join(', ');
	return subjects.slice(0, MAX_QUOTED) || 'other commands';
}

/** What is said where the key has been used for other commands. */
function usedForOther(request: LiveResponseRequest, used: Parameters<typeof subjectsOf>[0], { id }: MachineAction): DefenderError {
	return new DefenderError(
		`The run key was used on this device for ${subjectsOf(used)}`,
		`This item runs ${subjectsOf(request.commands)}: give it a run key of its own. The machine action is ${id}.`,
		{ reason: 'taken' },
	);
}

/**
 * Refuses the run that has the key for other commands. They are those that were sent: the service may not show them, or
 * show them in other letters.
 */
function refuseOther({ action, identity }: SentRun, request: LiveResponseRequest): void {
	const { commands } = identity.request;
	const sent = commands.map((command, index) => ({ index, errors: [], command }));
	if (differenceOf({ ...action, commands: sent }, request) !== undefined) throw usedForOther(request, commands, action);
}

/** What is said where a run with the key has left, for which Defender may have an answer, or a list, only later. */
function mayBeSent({ delivery }: ItemSession, what: string): DefenderError {
	delivery.sent = 'maybe';
	const advice = 'Run it again later with the same run key: that gives its result, if it was sent.';
	return new DefenderError(`${what}, so it is not known whether the device runs the commands`, advice, {
		sent: 'maybe',
		reason: 'answerLost',
	});
}

/** The runs of a tenant that have a key: which devices need none any more. */
export class KeyedRuns {
	private listed: KeyedList = new Map();

	/** The same by device: thousands of items look for theirs. */
	private readonly byDevice = new Map<string, Keyed[]>();

	/** When the last list began, in ms of `Clock.elapsed`. */
	private listedAt = -Infinity;

	private listing?: SharedCall<void>;

	private readonly secondLists = new Map<string, SharedCall<void>>();

	private readonly listedAgain = new Set<string>();

	/** What this run of the node has sent, or found, by key and device. */
	private readonly sent = new Map<string, SentRun>();

	/** Their IDs. */
	private readonly sentIds = new Set<string>();

	constructor(private readonly executionId: string | undefined) {}

	/**
	 * The run that has the key on the device already, unless it certainly never started there.
	 *
	 * @param onWait called when a wait of minutes begins
	 * @throws DefenderError where the key was used for another script, or where the list cannot be read; where there is no
	 * time for a second look, NotSent, or DefenderError if it may have been sent; Cancelled
	 */
	async findEarlier(
		session: ItemSession,
		request: LiveResponseRequest,
		runKey: string,
		onWait = (): void => undefined,
	): Promise<SentRun | undefined> {
		await this.refresh(session);
		const found = this.find(session, request, runKey);
		if (found) return found;
		const place = this.placeOf(session, request, runKey);
		const lostAt = keyedMemory.lostAt(place, session.clock.elapsed() - RECENT_MS);
		if (lostAt === undefined && !this.isRecentlyUsed(session, runKey)) return undefined;
		const reason = lostAt === undefined ? runKey : `${place} ${lostAt}`;
		if (!this.listedAgain.has(reason)) {
			if (session.deadline.waitLeftMs() < SECOND_LIST_DELAY_MS) {
				if (lostAt !== undefined) throw mayBeSent(session, 'The answer to a run with this run key was lost minutes ago');
				throw new NotSent(`the run key was used minutes ago, and ${LABELS.maxWait} leaves no time to see whether it was on this device`);
			}
			onWait();
			await this.listAgain(session, reason);
		}
		return this.find(session, request, runKey);
	}

	/**
	 * Sends a run, unless the key has been used on the device since {@link findEarlier} was asked: the wait for a session or
	 * for a turn can take long.
	 *
	 * @param isTried whether a try of n8n before this one may have sent it: then `send` only looks for it
	 * @param onWait called when a wait begins that others need not share
	 * @throws as `findEarlier`; what `send` throws
	 */
	async sendOnce(
		session: ItemSession,
		request: LiveResponseRequest,
		runKey: string,
		isTried: boolean,
		onWait: () => void,
		send: () => Promise<SentRun>,
	): Promise<SentRun> {
		const { clock, deadline, delivery, signal } = session;
		const place = this.placeOf(session, request, runKey);
		let done = keyedMemory.reserve(place, delivery);
		for (; !done && !isTried; done = keyedMemory.reserve(place, delivery)) {
			onWait();
			// It may have made no call yet, with which its time would begin.
			deadline.start();
			if (deadline.waitLeftMs() <= 0) {
				if (keyedMemory.isSending(place))
					throw mayBeSent(session, 'Another execution has sent the same with this run key and has no answer yet');
				throw new NotSent('another execution is about to send the same with this run key');
			}
			await pause(clock, MAX_SLEEP_MS, signal);
		}
		let sent: SentRun | undefined;
		try {
			sent = (isTried ? undefined : await this.findEarlier(session, request, runKey, onWait)) ?? (await send());
			return this.noteSent(place, sent);
		} finally {
			const isUsed = sent !== undefined || delivery.sent !== 'no';
			done?.(isUsed ? { sent, at: clock.elapsed() } : undefined);
		}
	}

	private placeOf({ application }: Session, { machineId }: LiveResponseRequest, runKey: string): string {
		return `${application} ${machineId.toLowerCase()} ${runKey}`;
	}

	/** Of the runs that are known, the one that a device has had with a key. */
	private find(session: ItemSession, request: LiveResponseRequest, runKey: string): SentRun | undefined {
		const place = this.placeOf(session, request, runKey);
		const known = this.sent.get(place);
		if (known) refuseOther(known, request);
		if (known) return known;
		const device = request.machineId.toLowerCase();
		const listed = (this.byDevice.get(device) ?? []).filter(({ comment }) => hasRunKey(comment, runKey));
		const ofDevice = listed.flatMap(({ entity }) => readMachineAction(entity) ?? []);
		const sent = keyedMemory.sentAt(place, session.clock.elapsed());
		const isOwn = sent?.action.machineId?.toLowerCase() === device && hasRunKey(sent.action.requestorComment, runKey);
		if (sent && isOwn && !this.listed.has(actionKey(sent.action.id))) {
			refuseOther(sent, request);
			ofDevice.push(sent.action);
		}
		const action = this.choose(session, request, ofDevice);
		if (!action) return undefined;
		return this.noteSent(place, { action, identity: { request, tries: [], executionId: this.executionId } });
	}

	private noteSent(place: string, sent: SentRun): SentRun {
		this.sent.set(place, sent);
		this.sentIds.add(actionKey(sent.action.id));
		return sent;
	}

	/** Whether anybody else has used a key so shortly before that lists may not show all of it. */
	private isRecentlyUsed(session: Session, runKey: string): boolean {
		const since = earlierNow(session) - RECENT_MS;
		const isRecent = ({ id, createdAt, comment }: Keyed) => createdAt > since && !this.sentIds.has(id) && hasRunKey(comment, runKey);
		return [...this.listed.values()].some(isRecent);
	}

	/** Lists what has a key, unless that was done a moment ago: once for all items, then what is new. */
	private async refresh(session: ItemSession): Promise<void> {
		const { clock } = session;
		if (clock.elapsed() - this.listedAt < MAX_LIST_AGE_MS) return;
		this.listing ??= new SharedCall();
		await this.listing.get(session, async (common) => {
			await this.list(common, clock.elapsed() - this.listedAt + RECENT_MS);
			this.listing = undefined;
		});
	}

	/** Lists what was started within the last milliseconds, at first everything. */
	private async list(session: Session, lastMs: number): Promise<void> {
		const began = session.clock.elapsed();
		if (lastMs === Infinity) this.listed = await listKeyed(session);
		else for (const keyed of await listRecentKeyed(session, lastMs)) this.listed.set(keyed.id, keyed);
		this.listedAt = began;
		this.byDevice.clear();
		for (const keyed of this.listed.values())
			getOrCreate(this.byDevice, keyed.machineId?.toLowerCase() ?? '', (): Keyed[] => []).push(keyed);
	}

	/**
	 * The list once more, when it has had the time to show what was sent last. One look for all items.
	 *
	 * @param reason the key that was used shortly before, or what was lost
	 */
	private async listAgain(session: ItemSession, reason: string): Promise<void> {
		await getOrCreate(this.secondLists, reason, () => new SharedCall<void>()).get(session, async (common) => {
			await pause(common.clock, SECOND_LIST_DELAY_MS, common.signal);
			await this.list(common, RECENT_MS + SECOND_LIST_DELAY_MS);
			this.listedAgain.add(reason);
		});
	}

	/** Of a device's runs the newest that started, or may start; undefined where there is none. */
	private choose(session: Session, request: LiveResponseRequest, ofDevice: MachineAction[]): MachineAction | undefined {
		const { aheadMs } = session.serviceClock;
		for (const action of ofDevice) {
			if (ownershipOf(action, { request, tries: [] }, false, aheadMs).kind !== 'another') continue;
			throw usedForOther(
				request,
				action.commands.map(({ command }) => command),
				action,
			);
		}
		const certain = ofDevice.filter((action) => !hasEnded(action) || hasStarted(action) !== false);
		const madeAt = ({ creationDateTimeUtc }: MachineAction) => Date.parse(creationDateTimeUtc ?? '') || 0;
		return certain.sort((a, b) => madeAt(b) - madeAt(a))[0];
	}
}
