import { hasStarted } from '../../result/commandState';
import { pause } from '../../service/clock';
import { DefenderError } from '../../service/errors';
import { LABELS } from '../../service/labels';
import type { LiveResponseRequest } from '../../service/liveResponse';
import type { SentRun } from '../../service/lostRun';
import type { MachineAction } from '../../service/machineAction';
import { hasEnded, readMachineAction, subjectOf } from '../../service/machineAction';
import { LIVE_RESPONSES, listActionEntities } from '../../service/machineActions';
import { whoseRun } from '../../service/runIdentity';
import { hasRunKey, isKeyed } from '../../service/runKey';
import type { ItemSession, Session } from '../../service/session';
import { serviceNow } from '../../service/session';
import { Shared } from '../../service/shared';
import { words } from '../../service/words';
import { NotSent } from './notSent';

const MINUTE_MS = 60_000;

/** How long a key is remembered, in ms: Defender lists live responses for months. */
const REMEMBERED_MS = 30 * 24 * 60 * MINUTE_MS;

/** Where a key was used so shortly before, in ms, the list may not show everything that has it. */
const RECENT_MS = 5 * MINUTE_MS;

/** After so long a list shows what was sent, in ms. */
const LAG_MS = 2 * MINUTE_MS;

/** Scripts and files named in a text. */
const MAX_QUOTE = 200;

function aboutOf(commands: Array<{ params: Array<{ key: string; value?: string | null }> } | null | undefined>): string {
	const subjects = commands.map(subjectOf).filter(Boolean).join(', ');
	return subjects.slice(0, MAX_QUOTE) || 'other commands';
}

/** The keyed live responses that were started since a moment, in ms of the service's clock. */
async function listSince(session: Session, since: number): Promise<MachineAction[]> {
	const filter = `${LIVE_RESPONSES} and creationDateTimeUtc gt ${new Date(since).toISOString()}`;
	// A month of a large tenant is long: only what has a key is kept of each page.
	const keeps = (entity: unknown) => isKeyed(words((entity as { requestorComment?: unknown } | null)?.requestorComment));
	const entities = await listActionEntities(session, filter, Infinity, { keeps });
	return entities.map(readMachineAction).filter((action) => action !== undefined);
}

/** The runs of a tenant that have a key: which devices need none any more. */
export class KeyedRuns {
	private readonly listed = new Shared<MachineAction[]>();

	private readonly secondLooks = new Map<string, Shared<MachineAction[]>>();

	/** What this execution has sent, or found, by key and device. */
	private readonly sent = new Map<string, SentRun>();

	constructor(private readonly executionId: string | undefined) {}

	/**
	 * The run that has the key on the device already, unless it certainly never started there.
	 *
	 * @throws DefenderError where the key was used for another script, or where the list cannot be read; NotSent where
	 * there is no time for a second look; Cancelled
	 */
	async earlier(session: ItemSession, request: LiveResponseRequest, runKey: string): Promise<SentRun | undefined> {
		const known = this.sent.get(this.placeOf(request, runKey));
		if (known) return known;
		const listed = await this.listed.get(session, async (common) => await listSince(common, serviceNow(common) - REMEMBERED_MS));
		const ofKey = listed.filter(({ requestorComment }) => hasRunKey(requestorComment, runKey));
		const found = this.choose(session, request, ofKey);
		if (found || !ofKey.some((action) => this.isRecent(session, action))) return found && this.adopt(request, runKey, found);
		const second = this.choose(session, request, await this.lookAgain(session, runKey));
		return second && this.adopt(request, runKey, second);
	}

	/** Sends a run, unless another item of this execution has sent one with the same key to the same device meanwhile. */
	async once(request: LiveResponseRequest, runKey: string, send: () => Promise<SentRun>): Promise<SentRun> {
		const place = this.placeOf(request, runKey);
		const sent = this.sent.get(place) ?? (await send());
		this.sent.set(place, sent);
		return sent;
	}

	private placeOf({ machineId }: LiveResponseRequest, runKey: string): string {
		return `${machineId.toLowerCase()} ${runKey}`;
	}

	private adopt(request: LiveResponseRequest, runKey: string, action: MachineAction): SentRun {
		const sent: SentRun = { action, traits: { request, tries: [], executionId: this.executionId } };
		this.sent.set(this.placeOf(request, runKey), sent);
		return sent;
	}

	private isRecent(session: Session, { creationDateTimeUtc }: MachineAction): boolean {
		return Date.parse(creationDateTimeUtc ?? '') > serviceNow(session) - RECENT_MS;
	}

	/** The list once more, when it has had the time to show what was sent last. One look for all items. */
	private async lookAgain(session: ItemSession, runKey: string): Promise<MachineAction[]> {
		if (session.deadline.waitLeftMs() < LAG_MS) {
			throw new NotSent(`the run key was used minutes ago, and ${LABELS.maxWait} leaves no time to see whether it was on this device`);
		}
		const look = async (common: Session) => {
			await pause(common.clock, LAG_MS, common.signal);
			return await listSince(common, serviceNow(common) - RECENT_MS - LAG_MS);
		};
		const looking = this.secondLooks.get(runKey) ?? new Shared();
		this.secondLooks.set(runKey, looking);
		return (await looking.get(session, look)).filter(({ requestorComment }) => hasRunKey(requestorComment, runKey));
	}

	/** Of a device's runs the newest that started, or may start; undefined where there is none. */
	private choose(session: Session, request: LiveResponseRequest, ofKey: MachineAction[]): MachineAction | undefined {
		const ofDevice = ofKey.filter(({ machineId }) => machineId?.toLowerCase() === request.machineId.toLowerCase());
		const { aheadMs } = session.serviceClock;
		for (const action of ofDevice) {
			if (whoseRun(action, { request, tries: [] }, false, aheadMs).kind !== 'another') continue;
			const used = aboutOf(action.commands.map(({ command }) => command));
			throw new DefenderError(
				`The run key was used on this device for ${used}`,
				`This item runs ${aboutOf(request.commands)}: give it a run key of its own. The machine action is ${action.id}.`,
				undefined,
				'',
				'no',
				'taken',
			);
		}
		const certain = ofDevice.filter((action) => !hasEnded(action) || hasStarted(action) !== false);
		const madeAt = ({ creationDateTimeUtc }: MachineAction) => Date.parse(creationDateTimeUtc ?? '') || 0;
		return certain.sort((a, b) => madeAt(b) - madeAt(a))[0];
	}
}
