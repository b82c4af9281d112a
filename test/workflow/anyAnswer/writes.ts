import type { IDataObject } from 'n8n-workflow';
import type { Operation, RecordedRequest } from '../../../playground/emulator';
import { arrival, type World } from './world';

/** What does something each time it is asked for: once it may have arrived, it is not asked for again. */
const ACTS: Operation[] = ['run', 'isolate', 'unisolate', 'scan', 'restrict', 'unrestrict', 'quarantine', 'collectPackage'];
/** What n8n may ask for again when it tries the node again: the second time does no harm. */
const SETTLES: Operation[] = ['action.cancel', 'library.upload', 'library.delete'];
const TAGS: Operation[] = ['machine.tag', 'machine.tagMany'];

const fileNameIn = ({ body }: RecordedRequest) => /filename="([^"]*)"/.exec(body)?.[1] ?? '';
/** The second upload leaves the same file as the first: the node itself may repeat it. */
const replacesFile = ({ operation, body }: RecordedRequest) =>
	operation === 'library.upload' && /name="OverrideIfExists"\s+true\b/.test(body);
const placeOf = (request: RecordedRequest) => `${request.operation} ${request.url.toLowerCase()} ${fileNameIn(request)}`;

/**
 * What may have arrived is not sent again.
 *
 * @param retried n8n has tried the node again
 */
export function brokenByWrites({ requests, emulator, clientId }: World, retried: boolean): string[] {
	const before = new Map<string, RecordedRequest>();
	const broken: string[] = [];
	for (const request of requests) {
		if (![...ACTS, ...(retried ? [] : SETTLES)].includes(request.operation) || replacesFile(request)) continue;
		const place = placeOf(request);
		const earlier = before.get(place);
		if (earlier && arrival(earlier) === 'arrived') broken.push(`${place} was sent again after ${describe(earlier)}`);
		before.set(place, request);
	}
	const devices = emulator.runs.filter((run) => run.clientId === clientId).map(({ machineId }) => machineId);
	return [...broken, ...(devices.length === new Set(devices).size ? [] : ['a script ran twice on a device'])];
}

function describe({ answer, fault, tookEffect }: RecordedRequest): string {
	return `${answer ? `${answer.status} ${answer.body.toString().slice(0, 200)}` : 'no answer'} (${fault?.kind ?? 'no fault'}, ${tookEffect ? 'took effect' : 'no effect'})`;
}

/**
 * An error item says whether something was sent.
 *
 * @param target what the item writes to, as its requests name it
 */
export function brokenBySent({ details, error }: IDataObject, target: string, world: World): string[] {
	const { sent } = (details ?? {}) as { sent?: unknown };
	const own = world.requests.filter(
		({ operation, url, body }) =>
			[...ACTS, ...SETTLES, ...TAGS].includes(operation) &&
			`${decodeURIComponent(url)} ${body}`.toLowerCase().includes(target.toLowerCase()),
	);
	const say = (what: string) => [
		`sent: ${String(sent)}, yet ${what} (${String(error).slice(0, 200)}): ${own.map(describe).join('; ').slice(0, 600)}`,
	];
	if (sent === 'no' && own.some(({ tookEffect }) => tookEffect)) return say('it took effect');
	if (sent === 'no' && own.some((request) => arrival(request) === 'arrived')) return say('it may have arrived');
	if (sent !== 'no' && own.length === 0 && !(sent === 'maybe' && world.hasUnread)) return say('nothing was asked for');
	const isDone = ({ tookEffect, answer }: RecordedRequest) => tookEffect || (answer && answer.status >= 200 && answer.status < 300);
	if (sent === 'yes' && !own.some(isDone)) return say('nothing was done');
	return [];
}

/** The error that ends the node names what its other items have started. */
export function brokenByHiding(error: Error & { description?: unknown }, world: World): string[] {
	if (world.choice.items < 2) return [];
	const text = `${error.message} ${String(error.description)}`.toLowerCase();
	const { emulator, clientId } = world;
	return [...emulator.runs, ...emulator.responses]
		.filter((each) => each.clientId === clientId)
		.filter(({ machineId, machineActionId }) => {
			const name = emulator.machines().find(({ id }) => id === machineId)?.computerDnsName ?? machineId;
			return ![machineId, machineActionId, name].some((known) => text.includes(known.toLowerCase()));
		})
		.map(({ machineActionId, machineId }) => `an error that hides ${machineActionId} on ${machineId}: ${text.slice(0, 400)}`);
}
