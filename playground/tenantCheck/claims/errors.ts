import type { Answer } from '../calls';
import { claim, verdict } from '../claim';
import { NotAsked } from '../notAsked';
import type { Observation } from '../observation';
import { unknownProperty } from '../observations/actions';
import { isEntity, textOf } from '../observations/entities';
import { unknownAction, unknownLink, unknownMachine } from '../observations/errors';
import { say } from '../say';
import { refusedWith } from './judging';

/** @throws NotAsked where the permission comes first */
function permitted(answer: Answer): Answer {
	if (answer.status === 403 || answer.status === 401) throw new NotAsked('the token lacks the permission: see the claims on permissions');
	return answer;
}

/** Seen on the way: the clock of the service, and the Retry-After of each 429. */
const met: Observation<{ date: string | undefined; at: number; retryAfters: Array<string | undefined> }> = {
	asks: 'all calls of this check',
	async make(asker) {
		const { headers, at } = await asker.see(unknownAction);
		return { date: headers.date, at, retryAfters: asker.calls.retryAfters };
	},
};
const MAX_CLOCK_DIFFERENCE_S = 60;

export const ERROR_CLAIMS = [
	claim({
		id: 'error.unknown-action',
		claim: 'A machine action that does not exist is answered 404 with code `ResourceNotFound` or `NotFound`.',
		source: 'documented',
		affects: 'the text about an unknown action; a new action that is not listed yet is waited for',
		ifNot: 'An unknown ID ends in another error text, and a late index is not waited for.',
		emulator: 'actionsApi.ts',
		from: [unknownAction],
		judge: (answer) => refusedWith(permitted(answer), 404, 'ResourceNotFound', 'NotFound'),
	}),
	claim({
		id: 'error.unknown-machine',
		claim: 'A device that does not exist is answered 404.',
		source: 'documented',
		affects: 'the text about an unknown device',
		ifNot: 'An unknown device ID ends in another error text.',
		emulator: 'machinesApi.ts',
		from: [unknownMachine],
		judge: (answer) => refusedWith(permitted(answer), 404),
	}),
	claim({
		id: 'error.unknown-link',
		claim: 'A result link for an action that does not exist is answered 404.',
		source: 'inferred from the general list of errors',
		affects: 'outcome `noResult`, for which the node takes 404 and 400',
		ifNot: '400 is read alike; any other status ends in an error instead of an item.',
		emulator: 'actionsApi.ts',
		from: [unknownLink],
		judge: (answer) => refusedWith(permitted(answer), 404),
	}),
	claim({
		id: 'error.form',
		claim: 'An error has `error` with `code`, `message` and `target`, a GUID for support.',
		source: 'documented',
		affects: 'error texts give the code, what Defender says and the request ID',
		ifNot: 'Error texts lack what is missing here.',
		emulator: 'reply.ts',
		from: [unknownMachine],
		judge({ json }) {
			const error = isEntity(json) && isEntity(json.error) ? json.error : {};
			const missing = ['code', 'message', 'target'].filter((key) => textOf(error, key) === undefined);
			const guid = /^[\da-f-]{36}$/i.test(textOf(error, 'target') ?? '');
			return verdict(
				missing.length === 0 && guid,
				missing.length > 0 ? say`missing: ${missing}` : guid ? say`all three, target is a GUID` : say`target is not a GUID`,
			);
		},
	}),
	claim({
		id: 'error.odata',
		claim: 'A filter on an unknown property is answered 400 `ODataError`.',
		source: 'documented code, inferred case',
		affects: 'where `id in (…)` is refused so, the node reads each action by its path',
		ifNot: 'A refused filter ends in another error text, and the node does not use its alternative.',
		emulator: 'odata.ts',
		from: [unknownProperty],
		judge: ({ answer }) => refusedWith(answer, 400, 'ODataError'),
	}),
	claim({
		id: 'error.identity',
		claim: 'An answer is not packed when the request says `Accept-Encoding: identity`.',
		source: 'general HTTP',
		affects: 'the bound on what an answer may take in memory',
		ifNot: 'The node reads packed answers too, within the same bound; nothing else depends on it.',
		emulator: 'none: it never packs',
		from: [unknownAction],
		judge: ({ headers }) =>
			verdict(headers['content-encoding'] === undefined, headers['content-encoding'] === undefined ? say`not packed` : say`packed`),
	}),
	claim({
		id: 'service.clock',
		claim: `The service's \`Date\` is within ${MAX_CLOCK_DIFFERENCE_S} s of this machine's clock.`,
		source: 'general HTTP; needs a clock that is set right here',
		affects: "whether an action was made before or after the node's request, and the life of links",
		ifNot: "Set this machine's clock. The node corrects by the Date of answers; where there is no Date it cannot.",
		emulator: 'delivery.ts',
		from: [met],
		judge({ date, at }) {
			const service = Date.parse(date ?? '');
			if (Number.isNaN(service)) return verdict(false, say`no Date`);
			// Date has whole seconds.
			const seconds = (service + 500 - at) / 1000;
			return verdict(
				Math.abs(seconds) <= MAX_CLOCK_DIFFERENCE_S,
				`${say`${Math.trunc(Math.abs(seconds))} s`} ${seconds < 0 ? 'behind' : 'ahead'}`,
			);
		},
	}),
];

/** Judged last, when all calls have been made. */
export const LIMIT_CLAIMS = [
	claim({
		id: 'service.retry-after',
		claim: 'A 429 says by `Retry-After`, in whole seconds, when to ask again.',
		source: 'documented; the form for the limit of sessions is unknown',
		affects: 'the wait after a 429: the node reads seconds and dates, and else backs off',
		ifNot: 'A date is read as well. Without the header the node waits longer and longer.',
		emulator: 'rateLimits.ts',
		from: [met],
		judge({ retryAfters }) {
			if (retryAfters.length === 0) throw new NotAsked('no 429 was met, and none is provoked');
			const seconds = retryAfters.filter((value) => value !== undefined && /^\d+$/.test(value)).length;
			const absent = retryAfters.filter((value) => value === undefined).length;
			return verdict(
				seconds === retryAfters.length,
				say`of ${retryAfters.length}: ${seconds} in seconds, ${retryAfters.length - seconds - absent} in another form, ${absent} without`,
			);
		},
	}),
];
